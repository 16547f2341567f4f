import FoundationEssentials
import JSON
import Testing

@Suite struct JSONParserTests {
    @Test(
        arguments: [
            ("null", JSONValue.null), (" true ", true), ("false", false), ("0", 0), ("-12", -12),
            ("1.50", .number(Decimal(1.5))),
            ("1e3", 1000), ("-2.5E-1", .number(Decimal(-0.25))), ("9007199254740993", 9_007_199_254_740_993),
            ("\"\"", ""), ("\"José €😀\"", "José €😀"), (#""\"\\\/\b\f\n\r\t\u0041\u00e9""#, "\"\\/\u{8}\u{C}\n\r\tAé"),
            (#""\ud83d\ude00""#, "😀"), (#""\u0000""#, "\u{0}"), ("[]", []), ("[1,[2],{}]", [1, [2], [:]]),
            ("{\"a\":1,\"b\":{\"c\":null}}", ["a": 1, "b": ["c": nil]]), ("{\"a\":1,\"a\":2}", ["a": 2]),
            ("\r\n\t {\"a\" : 1 } \n", ["a": 1]), ("\u{FEFF}{}", [:]),
        ] as [(String, JSONValue)])
    func reads(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: Array(text.utf8)) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "nulll", "tru", "True", "01", "-", "+1", "1.", ".5", "1e", "1e+", "0x1", "NaN", "Infinity",
        "1e999",
        "\"", "\"a", "\"\n\"", #""\x""#, #""\u12""#, #""\ud83d""#, #""\ud83dx""#, #""\ud83d\u0041""#, #""\ude00""#,
        "'a'",
        "[", "[1", "[1,]", "[,1]", "[1 2]", "]", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{1:2}", "{} {}",
        "1 2", "//x\n1",
    ])
    func refuses(text: String) {
        #expect(throws: JSONFault.self) { try JSONValue(parsing: Array(text.utf8)) }
    }

    @Test(
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0x00, 0x22],
            [0x7B, 0x00, 0x7D, 0x00], [0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00], [0x31, 0x00],
        ] as [[UInt8]])
    func refusesBytesThatAreNoUTF8(bytes: [UInt8]) {
        #expect(throws: JSONFault.self) { try JSONValue(parsing: bytes) }
    }

    @Test func boundsDepthAndNumbers() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        _ = try JSONValue(parsing: nested(128))
        #expect(throws: JSONFault.self) { try JSONValue(parsing: nested(129)) }
        #expect(throws: JSONFault.self) { try JSONValue(parsing: nested(100_000)) }
        #expect(throws: JSONFault.self) { try JSONValue(parsing: [UInt8](repeating: UInt8(ascii: "1"), count: 129)) }
    }

    @Test func readsWhatTheWriterWrites() throws {
        let value: JSONValue = [
            "text": "a\"b\\c\n\u{1}\u{7F}é😀", "list": [1, -2, .number(Decimal(35.5)), true, nil], "empty": [:],
        ]
        var writer = JSONWriter()
        writer.value(value)
        #expect(try JSONValue(parsing: writer.bytes) == value)
    }

    @Test func readsAPartOfAnArray() throws {
        let bytes = Array("xx[1]yy".utf8)
        #expect(try JSONValue(parsing: bytes[2..<5]) == [1])
    }
}
