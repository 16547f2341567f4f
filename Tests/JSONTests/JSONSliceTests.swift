import JSON
import Testing

@Suite("Where a value stands in a text")
struct JSONSliceTests {
    private func slice(_ path: [String], _ text: String) -> String? {
        let bytes = Array(text.utf8)
        return JSONValue.range(of: path, in: bytes).map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    /// Text, path, and what stands there byte for byte.
    @Test(
        arguments: [
            (#"{"a":1}"#, ["a"], "1"),
            (#" { "a" : [ 1 , 2 ] } "#, ["a"], "[ 1 , 2 ]"),
            (#"{"a":{"b":{ "c" : "d" }}}"#, ["a", "b"], #"{ "c" : "d" }"#),
            (#"{"a":{"b":{"c":"d\u00e9\/"}}}"#, ["a", "b", "c"], #""d\u00e9\/""#),
            (#"{"b":[{"a":1}],"a":2.50}"#, ["a"], "2.50"),
            // The whole text, without the space around it.
            ("\r\n\t [1] \n", [], "[1]"),
            ("7", [], "7"),
            // Of two members with one name the last one counts, also where it has no such member.
            (#"{"a":1,"a":2}"#, ["a"], "2"),
            (#"{"a":{"b":1},"a":{"b":2}}"#, ["a", "b"], "2"),
            (#"{"a":{"b":1},"a":{"c":2}}"#, ["a", "b"], nil),
            (#"{"a":{"b":1},"a":7}"#, ["a", "b"], nil),
            (#"{"a":7,"a":{"b":1}}"#, ["a", "b"], "1"),
            // Names are compared as what they mean.
            (#"{"\u0061":1}"#, ["a"], "1"),
            (#"{"a\"\\b\n":1}"#, ["a\"\\b\n"], "1"),
            (#"{"\ud83d\ude00":1}"#, ["😀"], "1"),
            (#"{"":{"":1}}"#, ["", ""], "1"),
            (#"{"A":1}"#, ["a"], nil),
            // No way there.
            ("{}", ["a"], nil), ("[]", ["a"], nil), ("[{\"a\":1}]", ["a"], nil), ("null", ["a"], nil),
            (#"{"a":null}"#, ["a"], "null"), (#"{"a":null}"#, ["a", "b"], nil), (#"{"a":"b"}"#, ["a", "b"], nil),
            (#"{"a":[{"b":1}]}"#, ["a", "b"], nil), (#"{"a.b":1}"#, ["a", "b"], nil),
        ] as [(String, [String], String?)])
    func slices(text: String, path: [String], found: String?) {
        #expect(slice(path, text) == found)
        // A byte-order mark counts as a part of the text, and never as one of a value.
        #expect(slice(path, "\u{FEFF}" + text) == found)
    }

    /// The text has to be one to its end, wherever what is looked for stands.
    @Test(arguments: [
        "", " ", "{", #"{"a":1"#, #"{"a":1}}"#, #"{"a":1},"#, #"{"a":1,}"#, #"{"a":1}x"#, #"{"a":1,"b":}"#,
        #"{"a":1,"b":"\x"}"#,
        #"{"a":1,"b":[}"#, #"{"a":}"#, #"{"a"}"#, #"{a:1}"#, #"{"a":01}"#, "{\"a\":1,\"b\":\"\u{1}\"}",
        "{\"a\":1,\"b\":\(String(repeating: "[", count: 200))\(String(repeating: "]", count: 200))}",
    ])
    func brokenTextHasNone(text: String) {
        #expect(slice(["a"], text) == nil)
        #expect(slice([], text) == nil)
    }

    @Test func bytesThatAreNoUTF8HaveNone() {
        #expect(JSONValue.range(of: ["a"], in: Array(#"{"a":1,"b":""#.utf8) + [0xFF] + Array(#""}"#.utf8)) == nil)
    }

    @Test("a path through as many levels as a text may have is followed, and one more is none")
    func depth() {
        for (count, isFound) in [(127, true), (128, true), (129, false)] {
            let text = String(repeating: #"{"a":"#, count: count) + "7" + String(repeating: "}", count: count)
            #expect(slice(Array(repeating: "a", count: count), text) == (isFound ? "7" : nil))
        }
    }

    @Test("a part of a longer text counts from its own beginning")
    func slicesOfSlices() throws {
        let bytes = Array(#"xx{"a":{"b": 5}}yy"#.utf8)
        let part = bytes[2..<bytes.count - 2]
        let range = try #require(JSONValue.range(of: ["a"], in: part))
        #expect(
            Array(part[(part.startIndex + range.lowerBound)..<(part.startIndex + range.upperBound)])
                == Array(#"{"b": 5}"#.utf8))
        // Bytes that do not stand in one place are looked through as well.
        let reversed = Array(bytes.reversed()).reversed().dropFirst(2).dropLast(2)
        #expect(JSONValue.range(of: ["a"], in: reversed) == range)
    }
}
