import FoundationEssentials
import JSON
import Testing

@Suite("JSON values")
struct JSONValueTests {
    func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: text.utf8) }

    func write(_ value: JSONValue) -> String {
        var writer = JSONWriter()
        writer.value(value)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test("every kind of value is read")
    func kinds() throws {
        let value = try parse(
            #" {"s":"a\u00e9\ud83c\udca1\n\/","n":-1.50e1,"t":true,"f":false,"z":null,"a":[1,[ ]],"o":{}} "#)
        #expect(value["s"]?.string == "aé🂡\n/")
        #expect(value["n"]?.number == Decimal(-15))
        #expect(value["t"]?.bool == true)
        #expect(value["f"]?.bool == false)
        #expect(value["z"] == .null)
        #expect(value["a"]?.array == [1, []])
        #expect(value["o"]?.object == [:])
        #expect(value["x"] == nil)
        #expect(try parse("7")["x"] == nil)
        #expect(try parse(#""x""#).string == "x")
    }

    @Test("0 and 1 are numbers and no booleans, and true is no number")
    func noConfusion() throws {
        #expect(
            try parse("[0,1,true,\"1\",\"null\"]")
                == .array([.number(0), .number(1), .bool(true), .string("1"), .string("null")]))
    }

    @Test(
        "numbers are kept to the last digit",
        arguments: [
            "9007199254740993", "-9223372036854775808", "18446744073709551617", "0.1", "12345678901234567890.12",
            "1234.56", "0.000001", "-0.01",
        ])
    func numbers(_ text: String) throws {
        #expect(write(try parse(text)) == text)
    }

    @Test(
        "whole numbers that fit are integers",
        arguments: [
            ("0", 0), ("-7", -7), ("9223372036854775807", .max), ("-9223372036854775808", .min), ("1e3", 1000),
            ("10.0", 10), ("9223372036854775808", nil), ("1.5", nil), ("1e30", nil), ("\"7\"", nil), ("true", nil),
        ] as [(String, Int64?)])
    func integers(_ row: (String, Int64?)) throws {
        #expect(try parse(row.0).integer == row.1)
    }

    @Test(
        "what is no JSON text is refused",
        arguments: [
            "", " ", "{", "[1,", "{\"a\"}", "{\"a\":}", "[1,]", "{\"a\":1,}", "'a'", "{a:1}", "01", "+1", "1.", ".5",
            "1e",
            "-", "NaN", "Infinity", "tru", "nul", "\"a", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"a\nb\"", "1 2",
            "{}{}",
            "[1] x", "// c\n1", "\u{0}", "{\"a\":1 \"b\":2}", "\"\u{1}\"",
        ])
    func refused(_ text: String) {
        #expect(throws: JSONFault()) { _ = try parse(text) }
    }

    @Test(
        "numbers without measure are refused or kept, and never written as anything but a number",
        arguments: [
            "1e400", "-1e400", "1e-400", "1e127", "1e128", "1e99999999999999999999",
            String(repeating: "9", count: 5000),
            "0." + String(repeating: "3", count: 5000),
        ])
    func immenseNumbers(_ text: String) throws {
        guard let value = try? parse(text) else { return }
        let written = write(value)
        #expect(written.utf8.allSatisfy { "0123456789.-eE+".utf8.contains($0) }, "\(written.prefix(40))")
        #expect(throws: Never.self) { _ = try parse(written) }
    }

    @Test(
        "bytes that are no UTF-8 are refused",
        arguments: [[0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]])
    func noUTF8(_ bytes: [UInt8]) {
        #expect(throws: JSONFault()) { _ = try JSONValue(parsing: bytes) }
    }

    @Test("a byte-order mark in front is passed over")
    func byteOrderMark() throws {
        #expect(try JSONValue(parsing: [0xEF, 0xBB, 0xBF] + Array("{\"a\":1}".utf8))["a"] == 1)
        #expect(throws: JSONFault()) { _ = try JSONValue(parsing: [0xEF, 0xBB, 0xBF]) }
    }

    @Test("nesting without end is refused and not followed", arguments: ["[", "{\"a\":", "[{\"a\":"])
    func nesting(_ opening: String) {
        #expect(throws: JSONFault()) { _ = try parse(String(repeating: opening, count: 100_000)) }
    }

    @Test("no text of 64 KiB takes long, however it is nested", arguments: ["[", "{\"a\":"])
    func hostileText(_ opening: String) {
        let depth = 128
        let text = String(repeating: opening, count: depth) + "[" + String(repeating: "1,[],\"\\n\",", count: 5000)
        let clock = ContinuousClock()
        // A few ms; the limit is what a loop's thread may never need, on the slowest machine.
        #expect(clock.measure { for _ in 0..<2 { _ = try? parse(text) } } < .seconds(5))
    }

    @Test("nesting as any answer has it is read")
    func sensibleNesting() throws {
        #expect(throws: Never.self) {
            _ = try parse(String(repeating: "[", count: 64) + String(repeating: "]", count: 64))
        }
    }

    @Test(
        "what was written is read as the same",
        arguments: [
            nil, true, "", "a\"\\\n\u{0}\u{7F}€🂡", 0, -15, [], [:], [[], [[]], [nil]],
            ["": "", "a.b": ["c": [1, 2, ["d": nil]]], "\u{1F}": "\u{1F}", "é": 1],
        ] as [JSONValue])
    func roundTrip(_ value: JSONValue) throws {
        #expect(try parse(write(value)) == value)
    }
}
