import Keystrokes
import Testing

@Suite("Layouts")
struct LayoutTests {
    static let names = ["us", "es", "fr", "de", "gb", "it", "pt"]

    @Test("every layout types the digits, letters and marks of a code back to themselves", arguments: names)
    func roundTrip(_ name: String) throws {
        let layout = try Layout(named: name)
        let text = "0123456789abcxyzABCXYZ-_.:/?=&+@#"
        for scalar in text.unicodeScalars {
            #expect(Typist.stroke(scalar, in: layout) != nil, "\(name) cannot type \(scalar)")
        }
        var typist = Typist(layout)
        typist.type(text)
        #expect(decode(typist.events, DecodingSettings(layout: name), layout) == [text])
    }

    @Test(
        "known keys of each country",
        arguments: [
            ("us", 3, [], "2"), ("us", 3, .shift, "@"), ("fr", 3, [], "é"), ("fr", 3, .shift, "2"),
            ("fr", 11, .levelThree, "@"), ("es", 3, .levelThree, "@"), ("es", 39, [], "ñ"), ("de", 21, [], "z"),
            ("de", 16, .levelThree, "@"), ("de", 12, [], "ß"), ("gb", 3, .shift, "\""), ("gb", 40, .shift, "@"),
            ("it", 39, .levelThree, "@"), ("pt", 3, .levelThree, "@"), ("pt", 39, [], "ç"), ("us", 30, .capsLock, "A"),
            ("us", 2, .capsLock, "1"), ("us", 79, [], "1"), ("de", 83, [], ","),
        ] as [(String, UInt16, Layout.Level, UnicodeScalar)])
    func knownKeys(_ name: String, _ key: UInt16, _ level: Layout.Level, _ expected: UnicodeScalar) throws {
        #expect(try Layout(named: name).character(of: key, at: level) == expected.value)
    }

    @Test("AltGr where the layout has no third level names nothing")
    func noThirdLevel() throws {
        let us = try Layout(named: "us")
        #expect(us.role(of: Typist.altGr) == .alt)
        #expect(us.character(of: 3, at: .levelThree) == 0)
        #expect(try Layout(named: "es").role(of: Typist.altGr) == .levelThree)
    }

    @Test("keys that edit are no characters", arguments: [UInt16(1), 14, 111, 59, 103, 110])
    func editingKeys(_ key: UInt16) throws {
        #expect(try Layout(named: "us").character(of: key, at: []) == 0)
    }

    @Test("variants are named in parentheses")
    func variants() throws {
        #expect(try Layout(named: "ch(fr)").character(of: 26, at: []) == UnicodeScalar("è").value)
        #expect(try Layout(named: "us(dvorak)").character(of: 31, at: []) == UnicodeScalar("o").value)
    }

    @Test(
        "unusable names are refused",
        arguments: ["", "xx", "us(", "us()", "us(nosuch)", "../us", "us/../../etc", "u s", "us(a)b"])
    func unusable(_ name: String) {
        #expect(throws: LayoutError.self) { try Layout(named: name) }
    }
}
