import Patterns
import Testing

@Suite("Patterns")
struct PatternTests {
    @Test("named groups give their text and place")
    func groups() throws {
        let pattern = try Pattern("^OW-(?<id>[0-9]{8})(?<rest>x)?$")
        #expect(pattern.match("OW-00412277") == .matched)
        #expect(pattern.text(ofGroup: "id") == "00412277")
        #expect(pattern.range(ofGroup: "id") == 3..<11)
        #expect(pattern.range(ofGroup: 0) == 0..<11)
        #expect(pattern.range(ofGroup: 1) == 3..<11)
        // A group that took no part, and names and numbers that the pattern does not have.
        #expect(pattern.range(ofGroup: "rest") == nil)
        #expect(pattern.text(ofGroup: "name") == nil)
        for number in [-1, 3, 4, 1000, .max] { #expect(pattern.range(ofGroup: number) == nil) }
        #expect(pattern.hasGroup("id"))
        #expect(!pattern.hasGroup("name"))
    }

    @Test("groups speak of the last match alone")
    func lastMatch() throws {
        let pattern = try Pattern("(?<id>[0-9]+)")
        #expect(pattern.range(ofGroup: 0) == nil)
        #expect(pattern.text(ofGroup: "id") == nil)
        #expect(pattern.match("ab123") == .matched)
        #expect(pattern.text(ofGroup: "id") == "123")
        #expect(pattern.match("other text") == .noMatch)
        #expect(pattern.text(ofGroup: "id") == nil)
        #expect(pattern.range(ofGroup: 0) == nil)
        #expect(pattern.match("7") == .matched)
        #expect(pattern.text(ofGroup: "id") == "7")
    }

    @Test("a group that matched nothing is empty, not missing")
    func emptyGroup() throws {
        let pattern = try Pattern("^(?<name>[a-z]*)[0-9]$")
        #expect(pattern.match("7") == .matched)
        #expect(pattern.range(ofGroup: "name") == 0..<0)
        #expect(pattern.text(ofGroup: "name") == "")
    }

    @Test("an empty text can match")
    func emptyText() throws {
        #expect(try Pattern("^$").match("") == .matched)
        #expect(try Pattern("x").match("") == .noMatch)
    }

    @Test("matching goes on from a place")
    func from() throws {
        let pattern = try Pattern("[0-9]+")
        let text = Array("12 345".utf8)
        #expect(pattern.match(text, from: 2) == .matched)
        #expect(pattern.range(ofGroup: 0) == 3..<6)
        #expect(pattern.match(text, from: 6) == .noMatch)
    }

    @Test("letters of other languages are letters, in either case")
    func unicode() throws {
        #expect(try Pattern(#"^\w+$"#).match("Ángeles") == .matched)
        #expect(try Pattern("ÁNGELES", ignoringCase: true).match("ángeles") == .matched)
        #expect(try Pattern("ÁNGELES").match("ángeles") == .noMatch)
        #expect(try Pattern("^.$").match("€") == .matched)
    }

    @Test(
        "a match that backtracks without end is given up",
        arguments: [#"^(a+)+$"#, #"^(a|aa)+$"#, #"^(a|a)*b?$"#, #"(?:a*)*[bc]"#, #"(.*)*,(.*)*[0-9]"#])
    func catastrophic(_ text: String) throws {
        let pattern = try Pattern(text)
        #expect(pattern.match(String(repeating: "a", count: 4096) + ",!") == .gaveUp)
        #expect(pattern.range(ofGroup: 0) == nil)
        // And it can be used again.
        #expect(pattern.match("!") == .noMatch)
    }

    @Test(
        "sensible patterns find what they look for in the longest text",
        arguments: ["^[0-9]+$", "^(?:[0-4]|[5-9])+$", "^([0-9])+$", "^(?:[0-9]{2})+$", "^(?<id>[0-9]+)$", "5$"])
    func long(_ text: String) throws {
        #expect(try Pattern(text).match(String(repeating: "5", count: 4096)) == .matched)
    }

    @Test("bytes that are no UTF-8 do not match and harm nothing")
    func noUTF8() throws {
        let pattern = try Pattern(".")
        #expect(pattern.match([0xFF, 0xFE]) != .matched)
        #expect(pattern.match([0xC3]) != .matched)
        #expect(pattern.match("a") == .matched)
    }

    @Test(
        "a pattern that cannot be compiled is refused with its place",
        arguments: [("a(b", 3), ("a)", 1), ("[a", 2), ("*a", 0), ("(?<id>a)(?<id>b)", 14), (#"\C"#, 2), ("a{3,1}", 5)])
    func invalid(_ row: (String, Int)) throws {
        let fault = try #require(throws: Pattern.Fault.self) { _ = try Pattern(row.0) }
        #expect(fault.offset == row.1)
        #expect(!fault.message.isEmpty)
    }

    @Test("a pattern whose compiled form would be immense is refused")
    func immense() {
        #expect(throws: Pattern.Fault.self) { _ = try Pattern("((((a{1,1000}){1,1000}){1,1000}){1,1000})") }
    }

    @Test("patterns in one room each have their own groups")
    func room() throws {
        let room = try #require(MatchRoom())
        let few = try Pattern("^(?<id>a)", room: room)
        let many = try Pattern(String(repeating: "(x)?", count: 40) + "(?<id>b)", room: room)
        #expect(many.match("b") == .matched && many.text(ofGroup: "id") == "b")
        #expect(few.match("ab") == .matched && few.text(ofGroup: "id") == "a")
        #expect(few.range(ofGroup: 2) == nil)
    }

    @Test("text that is checked once is matched as any other")
    func checked() throws {
        let text = try #require(UTF8Text(Array("\u{E9}7".utf8)))
        #expect(try Pattern("^.7$").match(text) == .matched)
        for bytes: [UInt8] in [[0xFF], [0x41, 0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]] {
            #expect(UTF8Text(bytes) == nil)
        }
    }

    @Test(
        "what a beginning tells of every text",
        arguments: [
            ("^OW-", "8", Pattern.Beginning.excluded), ("^OW-", "O", .open), ("^OW-", "OW-", .certain),
            ("^OW-$", "OW-", .open),
            ("OW-", "8", .open), ("OW-", "xOW-", .certain), ("^(?!84)", "8", .open), ("^(?!84)", "84", .excluded),
            ("^(?!84)", "7", .certain), ("^8?", "8", .certain), ("^8+", "8", .open), (#"^8\b"#, "8", .open),
            ("^", "x", .certain),
            ("^(?:8*)*8*(?:8*)*x", "888888888888888888888888888888", .open), ("(?i)^ow", "oX", .excluded),
            // Of a line break at the end, of other characters, and of nothing, nothing is told.
            ("^x", "8\n", .open), ("^x", "\u{E9}", .open), ("^x", "", .open),
        ])
    func beginning(_ row: (pattern: String, text: String, told: Pattern.Beginning)) throws {
        let pattern = try Pattern(row.pattern)
        #expect(Array(row.text.utf8).withUnsafeBufferPointer { pattern.beginning($0) } == row.told)
        #expect(pattern.range(ofGroup: 0) == nil)
    }

    @Test("anchors and lengths")
    func facts() throws {
        for text in ["^a", #"\Aa"#, "^a|^b", "(?:^a)"] { #expect(try Pattern(text).isAnchored, "\(text)") }
        for text in ["a", "^a|b", "(?m)^a", "a^"] { #expect(try !Pattern(text).isAnchored, "\(text)") }
        #expect(try Pattern("^a{7}b?").minimumLength == 7)
        #expect(try Pattern("x{5000}").minimumLength == 5000)
    }
}
