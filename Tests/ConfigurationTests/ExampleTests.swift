import Configuration
import FoundationEssentials
import LocalHTTP
import Loyalty
import Outbox
import Routing
import Scanners
import Testing
import Till

/// `docs/config.toml` is what a package installs: it must say what the program does.
@Suite struct ExampleTests {
    private static let path =
        String(#filePath).split(separator: "/").dropLast(3).map { "/\($0)" }.joined() + "/docs/config.toml"

    private func lines() throws -> [String] {
        let text = try String(contentsOfFile: Self.path, encoding: .utf8)
        return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The lines with some of the settings put to use that stand behind a `#`.
    private func text(using isUsed: (String) -> Bool) throws -> String {
        try lines().map { line in
            let setting = String(line.dropFirst())
            return line.hasPrefix("#") && !setting.hasPrefix(" ") && isUsed(setting) ? setting : line
        }.joined(separator: "\n")
    }

    @Test func asItIsItAsksForTheAccountOnly() throws {
        let fault = try #require(faultOfText(try text { _ in false }))
        #expect(fault.code == .missingKey)
        #expect(fault.line == (try lines().firstIndex(of: "[endpoint]").map { $0 + 1 }))
    }

    @Test func asItIsItServesWhoWaitsForTheAccount() throws {
        let configuration = try parse(try text { _ in false }, needsAccount: false)
        #expect(configuration == Configuration())
        #expect(!configuration.isComplete)
        #expect(throws: ConfigurationError.self) {
            try parse("[endpoint]\ntimeout_ms = 0\n", needsAccount: false)
        }
    }

    @Test func withAnAccountItHoldsTheDefaults() throws {
        var expected = Configuration()
        expected.endpoint = EndpointSettings(account: "myshop")
        #expect(try parse(try text { $0.hasPrefix("account") }) == expected)
    }

    @Test func theTablesItShowsHoldTheDefaultsToo() throws {
        let configuration = try parse(try text { _ in true })
        let conditions = ScannerRule(
            vendor: "0c2e", product: "0204", serial: "16051B0D3F", name: "*Barcode*", port: "pci-*-usb-0:1.2:*")
        #expect(configuration.scanners == [conditions])
        #expect(configuration.routes == [Route(name: "route-1")])
        #expect(configuration.till == TillSettings(listen: try #require(LoopbackAddress(TillSettings.defaultAddress))))
        #expect(configuration.answers == AnswerSettings())
        #expect(configuration.outbox == OutboxSettings())
    }

    /// Each key is there: what an error lists as allowed is in the example.
    @Test(arguments: [
        "[endpoint]", "[mapping]", "[socket]", "[pass]", "[till]", "[outbox]", "[[scanner]]", "[[route]]",
    ])
    func everyKeyIsShown(header: String) throws {
        let message = try #require(faultOfText("\(header)\nqqqqqqqq = 1\n")).message
        let list = try #require(message.split(separator: "(allowed: ").last?.dropLast())
        let settings = try text { _ in true }.split(separator: "\n")
        let table = settings.drop { $0 != header }.dropFirst().prefix { !$0.hasPrefix("[") }
        for key in list.split(separator: ", ") {
            #expect(table.contains { $0.prefix { $0 != " " } == key }, "\(header) \(key)")
        }
    }
}
