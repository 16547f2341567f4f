import Testing

@testable import Routing

@Suite("Steps from a code to an id")
struct IDStepTests {
    private func id(_ steps: [String], _ code: String, pattern: String = "") throws -> String? {
        let parsed = try steps.map { try #require(IDStep($0), "\($0)") }
        let decision = try Router(routes: [Route(name: "r", pattern: pattern, id: parsed)])
            .decide(try scan(code), scanner: "s")
        return decision.route == nil ? nil : decision.memberID
    }

    @Test(
        "query",
        arguments: [
            ("https://shop.example/c?id=00412277", "00412277"), ("https://h?a=1&id=2&id=3#id=4", "2"),
            ("HTTPS://h/?id=%41%2B+b", "A+ b"), ("https://h?i%64=7", "7"), ("www.h.example?id=7", "7"),
            ("https://h/p?x=50%&id=%41", "A"), ("https://h?id=a=b", "a=b"),
            ("https://h?id=\u{E9}%C3%A9", "\u{E9}\u{E9}"),
            ("app://x?id=1/2?3", "1/2?3"), ("https://h?&&id=5&", "5"),
        ])
    func query(_ row: (String, String)) throws {
        #expect(try id(["query:id"], row.0) == row.1)
    }

    @Test(
        "query fails where there is no such value, or no sound one",
        arguments: [
            "https://h?ID=7", "https://h?idx=7", "https://h?id", "https://h?id=", "https://h?id=%", "https://h?id=%4",
            "https://h?id=%zz", "https://h?id=%ff", "https://h?id=%C3", "https://h?id=%00", "https://h?id=7%0A",
            "https://h?id=.", "https://h?id=%2E%2E", "https://h#?id=7", "https://h/id=7", "mailto:a?id=7", "?id=7",
            "id=7",
            "x", "://h?id=7", "8410297112041", "https://h?id=" + String(repeating: "7", count: 129),
            "https://h?id=\u{1}", "https:/h?id=7",
        ])
    func queryFails(_ code: String) throws {
        #expect(try id(["query:id"], code) == nil)
    }

    @Test(
        "segment",
        arguments: [
            ("segment:1", "https://h/c/123", "c"), ("segment:2", "https://h/c/123", "123"),
            ("segment:-1", "https://h/c/123?x/y", "123"), ("segment:-2", "https://h/c/123/", "c"),
            ("segment:1", "https://h//c//d", "c"), ("segment:1", "https://h/a%2Fb+c", "a/b+c"),
            ("segment:1", "www.h/7#/8", "7"), ("segment:-1", "https://user@h:80/x", "x"),
        ])
    func segment(_ row: (String, String, String)) throws {
        #expect(try id([row.0], row.1) == row.2)
    }

    @Test(
        "segment fails where there is none",
        arguments: [
            "https://h", "https://h/", "https://h/a", "https://h?a/b/c", "/a/b/c", "https://h/a/%", "https://h/a/%C3",
            "a",
        ])
    func segmentFails(_ code: String) throws {
        #expect(try id(["segment:2"], code) == nil)
    }

    @Test(
        "json",
        arguments: [
            ("json:id", #"{"id":"00412277"}"#, "00412277"), ("json:id", #" {"id": 412277 }"#, "412277"),
            ("json:a.b.c", #"{"a":{"b":{"c":"x"}}}"#, "x"), ("json:id", #"{"id":0}"#, "0"),
            ("json:id", #"{"id":12345678901234567890123456789012345678}"#, "12345678901234567890123456789012345678"),
            ("json:id", #"{"id":"1","id":"2"}"#, "2"), ("json:id", #"{"id":"\u0041"}"#, "A"),
        ])
    func json(_ row: (String, String, String)) throws {
        #expect(try id([row.0], row.1) == row.2)
    }

    @Test(
        "json fails where there is no such field, or none that can be an id",
        arguments: [
            "{}", "[]", "7", "\"id\"", "{\"id\":null}", "{\"id\":true}", "{\"id\":1.5}", "{\"id\":-1}", "{\"id\":{}}",
            "{\"id\":[1]}", "{\"id\":\"\"}", "{\"id\":\"\\u0000\"}", "{\"id\":\"..\"}", "{\"ID\":1}", "{\"id\":1",
            "{\"id\":123456789012345678901234567890123456789}", "{\"id\":1e40}", "x", "{\"x\":{\"id\":1}}",
            String(repeating: "{\"id\":", count: 600),
        ])
    func jsonFails(_ code: String) throws {
        #expect(try id(["json:id"], code) == nil)
    }

    @Test("check digits are verified, and taken off")
    func checkDigits() throws {
        #expect(try id(["verify_check_digit"], "2012345678903") == "2012345678903")
        #expect(try id(["strip_check_digit"], "2012345678903") == "201234567890")
        for code in ["2012345678904", "20123456789O3", "", "7", "abc"] where !code.isEmpty {
            #expect(try id(["verify_check_digit"], code) == nil)
            #expect(try id(["strip_check_digit"], code) == nil)
        }
        #expect(try id(["verify_check_digit"], String(repeating: "0", count: 128)) != nil)
        #expect(try id(["verify_check_digit"], String(repeating: "0", count: 4096)) == nil)
    }

    @Test("padding and case")
    func texts() throws {
        #expect(try id(["pad:8"], "123") == "00000123")
        #expect(try id(["pad:2"], "123") == "123")
        #expect(try id(["pad:4"], "\u{E9}\u{E9}") == "00\u{E9}\u{E9}")
        #expect(try id(["upper"], "ab\u{E9}") == "AB\u{C9}")
        #expect(try id(["lower"], "AB\u{C9}") == "ab\u{E9}")
        #expect(try id(["pad:128"], "1")?.count == 128)
    }

    @Test("steps follow one another")
    func chain() throws {
        #expect(try id(["query:id", "upper", "pad:8"], "https://h?id=ow7") == "00000OW7")
        #expect(
            try id(["segment:-1", "strip_check_digit", "pad:14"], "https://h/01/2012345678903") == "00201234567890")
        #expect(try id(["json:u", "query:id"], #"{"u":"https://h?id=7"}"#) == "7")
    }

    @Test("steps begin with the id group, with the whole code to take apart, or with the match")
    func input() throws {
        #expect(try id(["upper"], "x-ab-y", pattern: "-(?<id>[a-z]+)-") == "AB")
        #expect(try id(["upper"], "x-ab-y", pattern: "-[a-z]+") == "-AB")
        #expect(try id(["query:id"], "https://h?id=7", pattern: "^https://h") == "7")
        #expect(try id(["query:id"], "<https://h?id=7>", pattern: "<(?<id>.*)>") == "7")
    }

    @Test("a step that fails leaves the code to the next route")
    func next() throws {
        let routes = [
            Route(name: "url", id: [.query("id")]), Route(name: "card", id: [.stripCheckDigit]),
            Route(name: "rest", lookup: false, pass: .always),
        ]
        #expect(try outcome("https://h?id=7", of: routes) == "1 url | 7 | never")
        #expect(try outcome("2012345678903", of: routes) == "2 card | 201234567890 | never")
        #expect(try outcome("2012345678904", of: routes) == "3 rest | - | always")
        // Without a lookup the steps are a condition all the same.
        let check = [Route(name: "checked", id: [.verifyCheckDigit], lookup: false)]
        #expect(try outcome("2012345678903", of: check) == "1 checked | - | never")
        #expect(try outcome("2012345678904", of: check) == "member | 2012345678904 | not_found")
    }

    @Test(
        "what is no step",
        arguments: [
            "", "query", "query:", "segment:", "segment:0", "segment:33", "segment:-33", "segment:+1", "segment:1x",
            "json:",
            "json:a..b", "json:.a", "json:a.b.c.d.e.f.g.h.i", "pad", "pad:0", "pad:129", "pad:-1", "upper:1", "UPPER",
            "strip",
            "query:" + String(repeating: "a", count: 65), "query:a\u{7}", " upper", "pad:99999999999999999999",
        ])
    func invalid(_ text: String) {
        #expect(IDStep(text) == nil)
    }
}
