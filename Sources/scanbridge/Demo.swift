import ArgumentParser
import Configuration
import DemoShop
import EventLoop
import FoundationEssentials
import Glibc
import Keyboard
import Keystrokes
import ListenerSocket
import Logging
import Logs
import Loyalty
import Outbox
import Recordings
import ScanbridgeClient
import Scanners
import SystemCalls
import Till

struct Demo: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The same service with no hardware and no account; prints what a listener gets.",
        discussion: """
            A recorded scanner reads two members' cards, an unknown one, one that is damaged, one whose answer is slow and a \
            product, and a loyalty server on loopback answers. Then a till sells twice: once online, and once while the server is out of order,             so that the points come later. Nothing is typed anywhere. About 12 s.
            """)

    @Flag(help: "NDJSON, also on a terminal.")
    var json = false

    func run() throws {
        try reportingErrors { try demonstrate() }
    }

    private func demonstrate() throws {
        let directory = try TemporaryDirectory(named: "scanbridge-demo")
        let endpoint = try DemoEndpoint()
        defer { endpoint.stop() }
        try directory.write(DemoEndpoint.token, to: "token")
        let configuration = Self.configuration(in: directory.path, port: endpoint.port)
        let recording = try Recording.demo()
        let logger = Logger(label: "scanbridge") { _ in StandardErrorLog(level: .warning) }
        // The demo's till takes what is typed and says nothing.
        let service = try Service(configuration: configuration, logger: logger) { loop, onFailure throws(SystemError) in
            Typist(loop: loop, onFailure: onFailure) { $0.count }
        }
        let signals = try service.onSignals(reload: { configuration })
        defer { signals.close() }
        let loop = service.loop
        try service.start(scanners: { loop, _, layouts in
            RecordedScanners(recording: recording, info: Self.scanner, layouts: layouts, loop: loop)
        })
        let socket = configuration.socket.path
        let printer = EventPrinter(json: json)
        try startThread(named: "demo-listener") {
            Self.listen(socket, printer, endpoint)
            loop.stop()
        }
        try withExtendedLifetime(directory) { _ = try service.run() }
    }

    /// Prints events until the recorded scanner is unplugged and every lookup has its answer.
    private static func listen(_ socket: String, _ printer: EventPrinter, _ endpoint: DemoEndpoint) {
        var waiting = 0
        var isUnplugged = false
        do {
            var connection = try Connection(socketPath: socket)
            try connection.subscribe()
            while !isUnplugged || waiting > 0, let event = try connection.nextEvent() {
                switch event.kind {
                case .scan(let scan): waiting += (scan.lookup ? 1 : 0) + (scan.reason == "waiting" ? 1 : 0)
                case .member, .pass: waiting -= 1
                case .scanner(let scanner): isUnplugged = scanner.state == "disconnected"
                case .snapshot, .scanDamaged, .purchase, .balance, .gap, .lagged, .other: break
                }
                printer.print(event.line)
            }
            try sell(socket, &connection, printer, endpoint)
        } catch {
            Output.error("\(error)")
        }
    }

    /// Two sales of the first member's, each until the new balance is there.
    private static func sell(
        _ socket: String, _ listener: inout Connection, _ printer: EventPrinter, _ endpoint: DemoEndpoint
    ) throws(ClientError) {
        var till = try Connection(socketPath: socket)
        for (sale, amount, isOnline) in [("T-1", 12.5 as Decimal, true), ("T-2", 30, false)] {
            endpoint.setDown(!isOnline)
            _ = try till.purchase(sale: sale, member: memberID, amount: amount, currency: "EUR")
            while let event = try listener.nextEvent() {
                printer.print(event.line)
                if case .balance = event.kind { break }
                if case .purchase(let purchase) = event.kind, purchase.status == "queued" { endpoint.setDown(false) }
            }
        }
    }

    private static let memberID = "3hRXhZ01Kictq"

    private static let scanner = Scanners.ScannerInfo(
        id: "0c2e:0204:DEMO", name: "Honeywell Voyager 1400g", vendor: "0c2e", product: "0204", serial: "DEMO",
        port: "recorded")

    private static func configuration(in directory: String, port: UInt16) -> Configuration {
        var configuration = Configuration()
        configuration.endpoint = EndpointSettings(
            account: DemoEndpoint.account, tokenFile: directory + "/token",
            memberURL: "http://127.0.0.1:\(port)/agora/member/{member_id}?_token={token}&ow_account={account}",
            purchaseURL: "http://127.0.0.1:\(port)/agora/invoices?_token={token}&ow_account={account}", locale: "es")
        configuration.answers = AnswerSettings(locale: "es")
        configuration.outbox.path = directory + "/outbox.db"
        configuration.socket.path = directory + "/scanbridge.sock"
        configuration.socket.group = ""
        configuration.socket.mode = 0o600
        return configuration
    }
}
