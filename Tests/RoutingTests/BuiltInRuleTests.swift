import Keystrokes
import Testing

@testable import Routing

/// What a till gets that has no `[[route]]` at all.
@Suite("Built-in rules")
struct BuiltInRuleTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let code: String
        let aim: String?
        let rule: BuiltInRule
        let what: String

        init(_ code: String, _ rule: BuiltInRule, _ what: String, aim: String? = nil) {
            (self.code, self.rule, self.what, self.aim) = (code, rule, what, aim)
        }

        var testDescription: String { what }
    }

    static let products = [
        Row("8410297112041", .product, "EAN-13, Spain"),
        Row("4006381333931", .product, "EAN-13, Germany"),
        Row("5000112637922", .product, "EAN-13, United Kingdom"),
        Row("3017620422003", .product, "EAN-13, France"),
        Row("4902430735063", .product, "EAN-13, Japan"),
        Row("0012345678905", .product, "EAN-13 of a UPC-A"),
        Row("9780306406157", .product, "ISBN-13"),
        Row("9791090636071", .product, "ISBN-13, prefix 979"),
        Row("9771234567003", .product, "ISSN-13"),
        Row("036000291452", .product, "UPC-A"),
        Row("012345678905", .product, "UPC-A, number system 0"),
        Row("96385074", .product, "EAN-8"),
        Row("73513537", .product, "EAN-8"),
        Row("40170725", .product, "EAN-8, Germany"),
        Row("18410297112048", .product, "GTIN-14 of a case"),
        Row("00012345678905", .product, "GTIN-14 of a UPC-A"),
        Row("8410297112041", .product, "EAN-13 with its identifier", aim: "]E0"),
        Row("96385074", .product, "EAN-8 with its identifier", aim: "]E4"),
        Row("04252614", .product, "UPC-E with the identifier of EAN and UPC", aim: "]E0"),
        Row("01234565", .product, "UPC-E with the identifier of EAN and UPC", aim: "]E0"),
        Row("18410297112048", .product, "ITF-14", aim: "]I1"),
    ]

    static let members = [
        Row("2012345678903", .member, "in-store EAN-13, 20"),
        Row("2101234012342", .member, "price label, 21"),
        Row("2412345012346", .member, "weight label, 24"),
        Row("2900000000001", .member, "in-store EAN-13, 29"),
        Row("0212345678909", .member, "in-store EAN-13, 02"),
        Row("0412345678903", .member, "in-store EAN-13, 04"),
        Row("212345678909", .member, "in-store UPC-A, number system 2"),
        Row("412345678903", .member, "in-store UPC-A, number system 4"),
        Row("20123451", .member, "in-store EAN-8, 2"),
        Row("02345673", .member, "in-store EAN-8, 0"),
        Row("12012345678900", .member, "GTIN-14 of an in-store EAN-13"),
        Row("04252614", .member, "UPC-E without an identifier"),
        Row("04252614", .member, "UPC-E in Code 128", aim: "]C0"),
        Row("0000000000000", .member, "13 zeros"),
        Row("00000000", .member, "8 zeros"),
        Row("000000000000", .member, "12 zeros"),
        Row("00000000000000", .member, "14 zeros"),
        Row("8410297112042", .member, "EAN-13 with a wrong check digit"),
        Row("96385075", .member, "EAN-8 with a wrong check digit"),
        Row("0306406152", .member, "ISBN-10"),
        Row("080442957X", .member, "ISBN-10 with X"),
        Row("00412277", .member, "card number"),
        Row("OW-00412277", .member, "card number with a prefix"),
        Row("0108410297112041", .member, "GS1 element string without GS"),
        Row("(01)08410297112041(10)AB12", .member, "GS1 element string in its readable form"),
        Row("{\"id\":\"00412277\"}", .member, "JSON"),
        Row("123e4567-e89b-12d3-a456-426614174000", .member, "UUID"),
        Row("urn:uuid:123e4567-e89b-12d3-a456-426614174000", .member, "URN"),
        Row("marcos@example.com", .member, "e-mail address"),
        Row("+34600123456", .member, "telephone number"),
        Row("600123456", .member, "telephone number"),
        Row("M\u{FC}ller 7", .member, "letters of other languages"),
        Row("wwwabc", .member, "no host"),
        Row("a:b", .member, "a scheme that nobody knows"),
        Row("wifi", .member, "a scheme without colon"),
        Row("1http://x", .member, "what looks like a URL, but a scheme begins with a letter"),
        Row("a/b://c", .member, "what looks like a URL in the middle"),
        Row("...", .member, "dots"),
        Row(String(repeating: "7", count: 128), .member, "the longest identifier"),
    ]

    static let others = [
        Row("0108410297112041\u{1D}10AB12", .noIdentifier, "GS1 element string with GS"),
        Row("]C1\u{1D}x", .noIdentifier, "GS1 element string with an identifier in it"),
        Row("00412277\n", .noIdentifier, "a line break"),
        Row("a\tb", .noIdentifier, "a tab"),
        Row("\u{0}", .noIdentifier, "NUL"),
        Row("a\u{7F}", .noIdentifier, "DEL"),
        Row("a\u{85}b", .noIdentifier, "a C1 control character"),
        Row("[)>\u{1E}06\u{1D}", .noIdentifier, "ISO 15434"),
        Row("8410297112041\u{1B}[2J", .noIdentifier, "a product's number and an escape sequence"),
        Row(String(repeating: "7", count: 129), .noIdentifier, "129 characters"),
        Row(String(repeating: "\u{E9}", count: 65), .noIdentifier, "130 bytes in 65 characters"),
        Row(String(repeating: "A", count: 4096), .noIdentifier, "the longest code"),
        Row(".", .noIdentifier, "a dot"),
        Row("..", .noIdentifier, "two dots"),
        Row("https://shop.example/c?id=00412277", .noIdentifier, "URL"),
        Row("HTTP://EXAMPLE.COM", .noIdentifier, "URL in capital letters"),
        Row(" https://shop.example", .noIdentifier, "URL behind a space"),
        Row("www.example.com/x", .noIdentifier, "URL without scheme"),
        Row("WWW.EXAMPLE.COM", .noIdentifier, "URL without scheme in capital letters"),
        Row("otpauth://totp/x?secret=JBSWY3DPEHPK3PXP", .noIdentifier, "a second factor's secret"),
        Row("upi://pay?pa=a@b", .noIdentifier, "payment"),
        Row("x-hm://0024", .noIdentifier, "home automation's pairing"),
        Row("https://id.gs1.org/01/08410297112041", .noIdentifier, "GS1 Digital Link"),
        Row("WIFI:T:WPA;S:shop;P:secret;;", .noIdentifier, "Wi-Fi network with its password"),
        Row("wifi:S:shop;;", .noIdentifier, "Wi-Fi network in small letters"),
        Row("DPP:C:81/1;K:MDkw;;", .noIdentifier, "Wi-Fi Easy Connect"),
        Row("MECARD:N:Doe,John;TEL:1;;", .noIdentifier, "contact"),
        Row("BIZCARD:N:John;;", .noIdentifier, "contact"),
        Row("BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD", .noIdentifier, "vCard"),
        Row("BEGIN:VEVENT", .noIdentifier, "event, first line only"),
        Row("mailto:a@example.com", .noIdentifier, "e-mail link"),
        Row("MATMSG:TO:a@example.com;;", .noIdentifier, "e-mail"),
        Row("tel:+34600123456", .noIdentifier, "telephone link"),
        Row("SMSTO:+34600123456:hello", .noIdentifier, "message"),
        Row("sms:+34600123456", .noIdentifier, "message"),
        Row("geo:40.4,-3.7", .noIdentifier, "place"),
        Row("bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", .noIdentifier, "payment"),
        Row("LPA:1$smdp.example$CODE", .noIdentifier, "eSIM"),
    ]

    @Test("a code leads to its rule", arguments: products + members + others)
    func rule(_ row: Row) throws {
        let decision = try Router(routes: []).decide(try scan(row.code, aim: row.aim), scanner: "s")
        #expect(decision.rule == .builtIn(row.rule))
        #expect(decision.route == nil && !decision.gaveUp)
        #expect(decision.memberID == (row.rule == .member ? row.code : nil))
        #expect(decision.pass == (row.rule == .member ? .notFound : .always))
    }

    @Test("routes that take other codes change nothing", arguments: [products[0], members[0], others[14]])
    func behindRoutes(_ row: Row) throws {
        let routes = [Route(name: "a", pattern: "^card"), Route(name: "b", symbologies: ["Aztec"])]
        let decision = try Router(routes: routes).decide(try scan(row.code), scanner: "s")
        #expect(decision.rule == .builtIn(row.rule) && decision.route == nil)
    }

    @Test("each in-store prefix of EAN-13 is looked up, and no other")
    func prefixes() throws {
        let router = try Router(routes: [])
        for prefix in 0..<100 {
            let body = (prefix < 10 ? "0" : "") + "\(prefix)" + "1234567890"
            let codes = (0...9).map { "\(body)\($0)" }
            let rules = try codes.map { router.decide(try scan($0), scanner: "").rule }
            let isMember = rules.allSatisfy { $0 == .builtIn(.member) }
            #expect(isMember == ((20...29).contains(prefix) || prefix == 2 || prefix == 4), "\(prefix)")
        }
    }

    @Test("bytes that are no UTF-8 are passed and never looked up")
    func noUTF8() throws {
        for code: [UInt8] in [[0xFF], [0x41, 0xC3], [0xED, 0xA0, 0x80]] {
            for routes in [[], [Route(name: "all")]] {
                let decision = try Router(routes: routes).decide(try scan(code), scanner: "s")
                #expect(decision.rule == .builtIn(.noIdentifier) && decision.memberID == nil)
            }
        }
    }
}
