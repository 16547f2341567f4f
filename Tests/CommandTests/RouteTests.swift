import JSON
import ProgramTesting
import Testing

@Suite("scanbridge route, and check's warnings of routes")
struct RouteTests {
    private static let routes = """
        [[route]]
        name = "card"
        pattern = "^OW-.*"
        id = ["upper"]
        [[route]]
        name = "qr"
        symbology = "QR Code"
        scanner = "s*"
        lookup = false
        [[route]]
        name = "slow"
        pattern = "^(a+)+$"

        """

    private func route(_ arguments: [String], input: String = "") throws -> [JSONValue] {
        let file = try TemporaryFile(Self.routes)
        let result = try Program.run(["route", "--config", file.path] + arguments, input: input)
        #expect(result.status == 0, "\(result.errors)")
        return try result.lines.map { try JSONValue(parsing: Array($0.utf8)) }
    }

    @Test("each code has its rule and what follows")
    func codes() throws {
        let lines = try route(["OW-a", "8410297112041", "https://h", "x"])
        #expect(
            lines.first == [
                "code": "OW-a", "symbology": nil, "rule": "route", "number": 1, "route": "card", "lookup": true,
                "member": "OW-A", "pass": "never", "gave_up": nil,
            ])
        #expect(lines.map { $0["rule"] } == ["route", "product", "no_identifier", "member"])
        #expect(lines.map { $0["route"] } == ["card", .null, .null, .null])
        #expect(lines.map { $0["pass"] } == ["never", "always", "always", "not_found"])
        #expect(lines.map { $0["lookup"] } == [true, false, false, true])
        #expect(lines.dropFirst().first?["symbology"] == "EAN-13")
    }

    @Test("a scanner and an identifier are taken into account")
    func conditions() throws {
        #expect(try route(["--scanner", "s1", "--aim", "]Q1", "x"]).first?["route"] == "qr")
        #expect(try route(["--scanner", "s1", "--symbology", "qr code", "x"]).first?["route"] == "qr")
        #expect(try route(["--symbology", "qr code", "x"]).first?["route"] == .null)
        #expect(try route(["--scanner", "s1", "x"]).first?["route"] == .null)
    }

    @Test("codes come from standard input, one a line")
    func input() throws {
        let lines = try route(["-"], input: "OW-1\r\nabc\n\nx y\n")
        #expect(lines.map { $0["code"] } == ["OW-1", "abc", "x y"])
        let file = try TemporaryFile(Self.routes)
        let long = String(repeating: "a", count: 4097) + "\n"
        #expect(try Program.run(["route", "--config", file.path, "-"], input: long).status == 64)
    }

    @Test("a pattern that takes too long is named")
    func gaveUp() throws {
        let line = try #require(try route([String(repeating: "a", count: 100) + "!"]).first)
        #expect(line["gave_up"] == 3 && line["rule"] == "member")
    }

    @Test("check warns of what nothing reaches, and it is no fault")
    func warnings() throws {
        let file = try TemporaryFile(
            "[endpoint]\naccount = \"a\"\n[[route]]\nname = \"all\"\n[[route]]\nname = \"last\"\n")
        let result = try Program.run(["check", "--offline", "--config", file.path])
        let lines = try result.lines.map { try JSONValue(parsing: Array($0.utf8)) }
        let warning = try #require(lines.first { $0["level"] == "warning" })
        #expect(warning["check"] == "route" && warning["ok"] == true)
        let message = try #require(warning["message"]?.string)
        #expect(message.hasPrefix("[[route]] number 2 \"last\": nothing reaches it: route 1 \"all\" in front of it"))
        for line in lines { #expect(["ok", "warning", "fault"].contains(line["level"]?.string ?? "")) }
    }
}
