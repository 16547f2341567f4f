import FoundationEssentials
import JSON
import Testing

@Suite("JSON writer")
struct JSONWriterTests {
    func text(_ write: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        write(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test(
        "strings are escaped so that a line stays a line and a terminal is left alone",
        arguments: [
            ("", #""""#), ("plain", #""plain""#), (#"a"b\c/d"#, #""a\"b\\c/d""#),
            ("a\nb\r\tc", #""a\nb\u000d\u0009c""#),
            ("\u{0}\u{1B}[2J\u{1F}\u{7F}", #""\u0000\u001b[2J\u001f\u007f""#), ("Ángeles €🂡", #""Ángeles €🂡""#),
            ("e\u{301}\u{2028}", "\"e\u{301}\u{2028}\""),
        ])
    func strings(_ row: (String, String)) {
        #expect(text { $0.value(row.0) } == row.1)
        #expect(text { $0.value(utf8: Array(row.0.utf8)) } == row.1)
        // A sequence that has no contiguous storage.
        #expect(text { $0.value(utf8: row.0.utf8.lazy.map { $0 }) } == row.1)
    }

    @Test(
        "whole numbers",
        arguments: [
            (0, "0"), (7, "7"), (-1, "-1"), (10, "10"), (99, "99"), (100, "100"),
            (.max, "9223372036854775807"), (.min, "-9223372036854775808"),
            (1_000_000_000_000_000_000, "1000000000000000000"),
        ] as [(Int64, String)])
    func numbers(_ row: (Int64, String)) {
        #expect(text { $0.value(row.0) } == row.1)
    }

    @Test("commas stand between members and elements and nowhere else")
    func commas() {
        let line = text {
            $0.beginObject()
            $0.key("a")
            $0.value(Int64(1))
            $0.key("b")
            $0.beginArray()
            $0.value(true)
            $0.null()
            $0.beginObject()
            $0.endObject()
            $0.beginArray()
            $0.endArray()
            $0.endArray()
            $0.key("c")
            $0.raw { $0 += Array("[1,2]".utf8) }
            $0.key("d")
            $0.value(Decimal(string: "-12.50") ?? 0)
            $0.endObject()
            $0.endLine()
            $0.beginObject()
            $0.endObject()
            $0.endLine()
        }
        #expect(line == #"{"a":1,"b":[true,null,{},[]],"c":[1,2],"d":-12.5}"# + "\n{}\n")
    }

    @Test("values are written with their members in order")
    func values() {
        let value: JSONValue = ["b": [1, nil, true, "x\n"], "a": ["z": [:], "y": []]]
        #expect(text { $0.value(value) } == #"{"a":{"y":[],"z":{}},"b":[1,null,true,"x\n"]}"#)
    }

    @Test("clearing forgets what was written, and its comma")
    func clear() {
        #expect(
            text {
                $0.value(Int64(1))
                $0.clear()
                $0.value(Int64(2))
            } == "2")
    }
}
