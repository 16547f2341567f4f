import Glibc
import JSON
import ProgramTesting
import SystemCalls
import Testing

@Suite("Checking a scanner's country by the test card", .serialized)
struct CheckScanTests {
    /// The card as a scanner that is set to the United States types it: keys of the US keyboard, with Shift where it is true.
    private static let strokes: [(String, Bool)] = [
        ("0010", false), ("0011", false), ("001e", false), ("002c", false), ("0015", true), ("0032", false),
        ("000c", false), ("000b", false), ("0002", false), ("0003", false), ("0004", false), ("0005", false),
        ("0006", false), ("0007", false), ("0008", false), ("0009", false), ("000a", false), ("000c", true),
        ("0003", true), ("000d", true), ("000d", false), ("0035", false), ("0027", false), ("0028", false),
        ("0033", true), ("002b", true), ("0004", true), ("001a", false), ("000b", true), ("001c", false),
    ]

    /// The events from `start` on, in microseconds.
    private static func events(_ strokes: some Sequence<(String, Bool)>, start: Int = 0) -> String {
        var text = "E: 0.000000 0000 0000 0\n"
        var time = start
        func report(_ key: String, _ value: Int) {
            let stamp = "\(time / 1_000_000).\(String(1_000_000 + time % 1_000_000).dropFirst())"
            text += "E: \(stamp) 0001 \(key) \(value)\nE: \(stamp) 0000 0000 0\n"
            time += 1000
        }
        for (key, isShifted) in strokes {
            if isShifted { report("002a", 1) }
            report(key, 1)
            report(key, 0)
            if isShifted { report("002a", 0) }
        }
        return text
    }

    private static let head = "N: Some scanner\nI: 0003 1234 5678 0100\n"

    private func check(_ recording: String, _ configuration: String) throws -> (status: Int32, report: JSONValue) {
        let file = try TemporaryFile(configuration)
        let input = try TemporaryFile(recording)
        let result = try Program.run(["check", "--scan", "--config", file.path, "--recording", input.path])
        #expect(result.lines.count == 1)
        return (result.status, try JSONValue(parsing: Array(result.output.utf8)))
    }

    @Test("the card's text is printed, for those who draw it")
    func text() throws {
        let result = try Program.run(["check", "--card-text"])
        #expect(result.status == 0 && result.lines == ["qwazYm-0123456789_@+=/;'<|#[)"])
    }

    @Test("a scanner that is read by the right layout is well")
    func right() throws {
        let result = try check(Self.head + Self.events(Self.strokes), "")
        #expect(result.status == 0 && result.report["ok"] == true && result.report["configured"] == "us")
        #expect(result.report["layouts"]?.array?.first?["country"] == "United States")
        #expect(result.report["lines"] == .null)
    }

    @Test("one that is read by a wrong layout is told, with the lines for the configuration")
    func wrong() throws {
        let result = try check(
            Self.head + Self.events(Self.strokes), "[[scanner]]\nvendor = \"1234\"\nlayout = \"es\"\n")
        #expect(result.status == 78 && result.report["ok"] == false && result.report["configured"] == "es")
        #expect(
            result.report["lines"]
                == "[[scanner]]\nvendor = \"1234\"\nproduct = \"5678\"\nlayout = \"us\"")
        #expect(result.report["message"]?.string?.contains("[[scanner]] number 1") == true)
    }

    @Test("what is not the card, or not all of it, is 69 and tells what was read")
    func unread() throws {
        let part = try check(Self.events(Self.strokes.dropFirst(8)), "")
        #expect(part.status == 69 && part.report["message"]?.string?.contains("only a part") == true)
        let other = try check(Self.events([("0002", false), ("001c", false)]), "")
        #expect(other.status == 69 && other.report["message"]?.string?.contains("\"1\"") == true)
        let nothing = try check("# nothing\n", "")
        #expect(nothing.status == 69 && nothing.report["ok"] == false)
        let whole = Self.events(Self.strokes.prefix(5)) + "E: 0.100000 0000 0003 0\nE: 0.100000 0000 0000 0\n"
        #expect(try check(whole, "").report["message"]?.string?.contains("overflow") == true)
    }

    @Test("options that do not go together are wrong usage, what is not there is 69, a file that is none 64")
    func usage() throws {
        #expect(try Program.run(["check", "--recording", "/dev/null"]).status == 64)
        #expect(try Program.run(["check", "--scan", "--recording", "/x", "--device", "/y"]).status == 64)
        #expect(try Program.run(["check", "--scan", "--recording", "/nonexistent"]).status == 69)
        #expect(try Program.run(["check", "--scan", "--device", "/nonexistent"]).status == 69)
        let file = try TemporaryFile("E: what\n")
        let result = try Program.run(["check", "--scan", "--recording", file.path])
        #expect(result.status == 64 && result.output.isEmpty && result.errors.contains("line 1"))
    }

    @Test("the card is waited for on the scanners that are selected, or on the node that is named")
    func live() throws {
        let scanner = try MockScanner(events: Self.events(Self.strokes, start: 1_500_000))
        let file = try TemporaryFile("[[scanner]]\nvendor = \"0c2e\"\nlayout = \"fr\"\n")
        let selected = try scanner.run(#""$S" check --scan --config "$C""#, environment: ["C": file.path])
        #expect(selected.status == 78 && selected.errors.contains("scan the test card"))
        #expect(selected.errors.contains("Honeywell 1950g at \(MockScanner.node)"))
        #expect(
            try JSONValue(parsing: Array(selected.output.utf8))["lines"]
                == "[[scanner]]\nvendor = \"0c2e\"\nproduct = \"0c81\"\nlayout = \"us\"")
        let none = try scanner.run(#""$S" check --scan"#)
        #expect(none.status == 69 && none.errors.contains("no scanner among 1"))
        let named = try scanner.run(#""$S" check --scan --device "$N""#)
        #expect(named.status == 0)
        #expect(try JSONValue(parsing: Array(named.output.utf8))["layouts"]?.array?.first?["layout"] == "us")
    }
}
