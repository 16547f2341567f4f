import Glibc
import JSON
import ProgramTesting
import Testing

@Suite("Commands")
struct CommandTests {
    @Test(
        "wrong usage is 64",
        arguments: [
            ["nosuch"], ["replay"], ["serve", "--nosuch"], ["lookup"], ["replay", "--layout", "xx", "/dev/null"],
            ["listen", "--since", "x"], ["route"], ["route", ""], ["route", "--aim", "E0", "1"],
            ["route", "--symbology", "QR", "1"], ["route", "--symbology", "UPC-A", "1"],
            ["route", "--aim", "]E0", "--symbology", "QR Code", "1"], ["route", String(repeating: "a", count: 4097)],
        ])
    func usage(_ arguments: [String]) throws {
        let result = try Program.run(arguments)
        #expect(result.status == 64 && !result.errors.isEmpty && result.output.isEmpty)
    }

    @Test(
        "every command has a help text",
        arguments: ["serve", "demo", "listen", "devices", "status", "lookup", "record", "replay", "route", "check"])
    func help(_ command: String) throws {
        let result = try Program.run([command, "--help"])
        #expect(result.status == 0 && result.output.contains("USAGE: scanbridge \(command)"))
    }

    @Test(
        "a wrong configuration is 78 with file and line, for every command that reads one",
        arguments: [
            ["serve"], ["lookup", "1"], ["devices"], ["replay", "/dev/null"], ["check"], ["status"],
            ["route", "1"],
        ])
    func configuration(_ command: [String]) throws {
        let file = try TemporaryFile("[endpoint]\naccount = \"shop\"\ntimeout_ms = \"soon\"\n")
        let result = try Program.run(command + ["--config", file.path])
        #expect(result.status == 78)
        #expect((result.errors + result.output).contains("\(file.path):3:"))
    }

    @Test("serve refuses to start without an account or a file")
    func serve() throws {
        #expect(try Program.run(["serve", "--config", "/nonexistent.toml"]).status == 78)
        let empty = try TemporaryFile("")
        let result = try Program.run(["serve", "--config", empty.path])
        #expect(result.status == 78 && result.errors.contains("account"))
    }

    @Test(
        "a service that is not there is 69, a socket that may not be used 77 or 69 for root",
        arguments: ["status", "listen"])
    func unavailable(_ command: String) throws {
        let result = try Program.run([command, "--socket", "/nonexistent/socket"])
        #expect(result.status == 69 && result.errors.contains("/nonexistent/socket"))
        #expect(try Program.run([command], environment: ["SCANBRIDGE_SOCKET": "/nonexistent/socket"]).status == 69)
    }

    @Test("record of what is no device is an error", arguments: ["/nonexistent", "/dev/null"])
    func record(_ path: String) throws {
        let result = try Program.run(["record", path])
        #expect([69, 70].contains(result.status) && result.errors.contains(path))
    }

    @Test("replay prints scans and damage as NDJSON, also from standard input")
    func replay() throws {
        let recording = """
            N: Some scanner
            E: 0.000000 0001 0002 1
            E: 0.000000 0000 0000 0
            E: 0.001000 0001 0002 0
            E: 0.001000 0000 0000 0
            E: 0.002000 0001 001c 1
            E: 0.002000 0000 0000 0
            E: 0.003000 0001 001c 0
            E: 0.003000 0000 0000 0
            E: 0.500000 0001 003b 1
            E: 0.500000 0000 0000 0
            E: 0.501000 0001 003b 0
            E: 0.501000 0000 0000 0
            """
        let result = try Program.run(["replay", "-"], input: recording)
        #expect(result.status == 0)
        let events = try result.lines.map { try JSONValue(parsing: Array($0.utf8)) }
        #expect(events.map { $0["type"] } == ["scan", "scan_damaged"])
        #expect(events.first?["code"] == "1")
        #expect(events.last?["reason"] == "undecodable" && events.last?["code"] == nil)
    }

    @Test("replay decodes by the layout that is asked for, or that the configuration gives the device")
    func replayLayout() throws {
        let recording =
            "E: 0.000000 0001 0010 1\nE: 0.000000 0000 0000 0\nE: 0.001000 0001 0010 0\nE: 0.001000 0000 0000 0\n"
        let code = { (result: Program.Result) in try JSONValue(parsing: Array(result.output.utf8))["code"] }
        #expect(try code(try Program.run(["replay", "-"], input: recording)) == "q")
        #expect(try code(try Program.run(["replay", "--layout", "fr", "-"], input: recording)) == "a")
        let file = try TemporaryFile("[[scanner]]\nvendor = \"1234\"\nproduct = \"5678\"\nlayout = \"fr\"\n")
        let configured = ["replay", "--config", file.path, "--vendor", "1234", "--product", "5678", "-"]
        #expect(try code(try Program.run(configured, input: recording)) == "a")
        let other = ["replay", "--config", file.path, "--vendor", "1234", "--product", "9999", "-"]
        #expect(try code(try Program.run(other, input: recording)) == "q")
    }

    @Test("lookup says why it cannot ask, and shows no secret")
    func lookup() throws {
        let file = try TemporaryFile("[endpoint]\naccount = \"shop\"\ntoken_file = \"/nonexistent/token\"\n")
        let result = try Program.run(["lookup", "--config", file.path, "123"])
        #expect(result.status == 78)
        let answer = try JSONValue(parsing: Array(result.output.utf8))
        #expect(answer["status"] == "misconfigured" && answer["detail"] == "no_token")
    }

    @Test("devices needs no service and no configuration")
    func devices() throws {
        let result = try Program.run(["devices"])
        #expect(result.status == 0)
        for line in result.lines { #expect(try JSONValue(parsing: Array(line.utf8))["reason"]?.string != nil) }
    }
}
