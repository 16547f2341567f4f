import Glibc
import JSON
import ProgramTesting
import SystemCalls
import Testing

@Suite("check finds faults", .serialized)
struct CheckTests {
    /// What a check has said, by subject.
    private struct Answer {
        let status: Int32
        private let lines: [JSONValue]

        init(_ result: Program.Result) throws {
            status = result.status
            lines = try result.lines.map { try JSONValue(parsing: Array($0.utf8)) }
        }

        func level(_ subject: String) -> String? { line(subject)?["level"]?.string }

        func message(_ subject: String) -> String { line(subject)?["message"]?.string ?? "" }

        private func line(_ subject: String) -> JSONValue? { lines.first { $0["check"]?.string == subject } }
    }

    private static func configuration(
        token: String, url: String = "http://127.0.0.1:1/{member_id}?t={token}", _ more: String = ""
    ) -> String {
        """
        [endpoint]
        account = "shop"
        token_file = "\(token)"
        member_url = "\(url)"
        [socket]
        path = "/nonexistent/scanbridge.sock"
        \(more)
        """
    }

    private func check(_ configuration: String, _ options: [String] = [], environment: [String: String] = [:]) throws
        -> Answer
    {
        let file = try TemporaryFile(configuration)
        return try Answer(Program.run(["check", "--config", file.path] + options, environment: environment))
    }

    @Test("a token that others can read is refused, with the command that mends it, and so it is in lookups")
    func readableToken() throws {
        let token = try TemporaryFile("12|secret")
        try systemCall("chmod") { chmod(token.path, 0o644) }
        let configuration = Self.configuration(token: token.path)
        let answer = try check(configuration)
        #expect(answer.level("token") == "fault" && answer.message("token").contains("sudo chmod 600 \(token.path)"))
        #expect(answer.level("endpoint") == nil, "it is not asked")
        let file = try TemporaryFile(configuration)
        let lookup = try Program.run(["lookup", "--config", file.path, "1"])
        #expect(lookup.status == 78 && lookup.output.contains("\"token_readable\""))
        #expect(lookup.errors.contains("sudo chmod 600 \(token.path)") && !lookup.errors.contains("secret"))
        try systemCall("chmod") { chmod(token.path, 0o600) }
        #expect(try check(configuration, ["--offline"]).level("token") == "ok")
    }

    @Test("a token that is missing or empty is a fault")
    func noToken() throws {
        let missing = try check(Self.configuration(token: "/nonexistent/token"), ["--offline"])
        #expect(missing.level("token") == "fault" && missing.message("token").contains("sudo install -m 600"))
        let token = try TemporaryFile("\n")
        let empty = try check(Self.configuration(token: token.path), ["--offline"])
        #expect(empty.level("token") == "fault" && empty.message("token").contains("is empty"))
    }

    @Test("systemd's credentials come first, also for a check in the unit")
    func credentials() throws {
        let directory = try TemporaryDirectory(named: "scanbridge-credentials")
        try directory.write("12|secret", to: "scanbridge.token")
        let answer = try check(
            Self.configuration(token: "/nonexistent/token"), ["--offline"],
            environment: ["CREDENTIALS_DIRECTORY": directory.path])
        #expect(answer.level("token") == "ok" && answer.message("token") == "\(directory.path)/scanbridge.token")
    }

    @Test("each way not to reach the endpoint says what to do")
    func endpoint() throws {
        let token = try TemporaryFile("12|secret")
        let refused = try check(Self.configuration(token: token.path))
        #expect(refused.level("endpoint") == "fault" && refused.message("endpoint").contains("(refused)"))
        let unknown = try check(
            Self.configuration(token: token.path, url: "https://nosuch.invalid/{member_id}?t={token}"))
        #expect(unknown.message("endpoint").contains("(dns)"))
        #expect(!unknown.message("endpoint").contains("nosuch.invalid"), "the address is a secret")
    }

    @Test("no account is a fault, unless no route asks for a member")
    func account() throws {
        #expect(try check("", ["--offline"]).level("endpoint") == "fault")
        let answer = try check("[[route]]\nname = \"all\"\nlookup = false\n", ["--offline"])
        #expect(answer.level("endpoint") == "ok")
    }

    @Test("without keyboard layouts the package is named, and no layout is said to be wrong")
    func layouts() throws {
        let file = try TemporaryFile("[[scanner]]\nvendor = \"1234\"\nlayout = \"es\"\n")
        let result = try Program.run(
            ["check", "--offline", "--config", file.path], environment: ["XKB_CONFIG_ROOT": "/nonexistent"])
        let answer = try Answer(result)
        #expect(result.status == 69)
        #expect(answer.level("layout") == "fault" && answer.message("layout").contains("sudo apt install xkb-data"))
        #expect(answer.level("configuration") == "ok")
        let unknown = try check("[[scanner]]\nvendor = \"1234\"\nlayout = \"xx\"\n", ["--offline"])
        #expect(unknown.status == 78 && unknown.level("layout") == nil && unknown.level("configuration") == "fault")
    }

    @Test("a service that is not there is told, with the way to start it")
    func service() throws {
        let answer = try check(Self.configuration(token: "/nonexistent/token"), ["--offline"])
        #expect(["warning", "fault"].contains(answer.level("service")))
        #expect(
            answer.message("service").contains("/nonexistent/scanbridge.sock")
                && answer.message("service").contains("sudo "))
        let other = try check("", ["--offline", "--socket", "/nonexistent/other.sock"])
        #expect(other.message("service").contains("/nonexistent/other.sock"))
    }

    @Test("a scanner that only the configuration names is found, and gets its rule")
    func configuredScanner() throws {
        let scanner = try MockScanner(events: "E: 0.000000 0000 0000 0\n")
        let file = try TemporaryFile(
            Self.configuration(token: "/nonexistent/token", "[[scanner]]\nvendor = \"0c2e\"\n"))
        let answer = try Answer(
            scanner.run(#""$S" check --offline --config "$C""#, environment: ["C": file.path]))
        #expect(answer.message("scanner").contains("Honeywell 1950g") && answer.level("scanner") == "ok")
        #expect(answer.level("rule") == "warning" && answer.message("rule").contains(#"ATTRS{idProduct}=="0c81""#))
        let none = try Answer(scanner.run(#""$S" check --offline --config /dev/null"#))
        #expect(none.level("devices") == "fault" && none.message("devices").contains("1 input devices and no scanner"))
    }
}
