import ArgumentParser
import Bridge
import Configuration
import Glibc
import Keystrokes
import ListenerProtocol
import Patterns
import Recordings
import Routing
import Scanners
import SystemCalls

struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Decodes recordings and prints their scan and scan_damaged events, without waiting.",
        discussion: """
            The end of a file is a long pause. Times are the recording's own, counted from 1970. With --vendor and --product \
            the configuration's [[scanner]] of that device decides how keys are decoded; --layout decides over it.
            """)

    @OptionGroup var configurationOptions: ConfigurationOptions
    @Argument(help: "Recordings, as scanbridge record, evemu or umockdev write them; - for standard input.")
    var files: [String]
    @Option(help: ArgumentHelp("The scanner's xkb layout.", valueName: "layout"))
    var layout: String?
    @Option(help: ArgumentHelp("The scanner's USB vendor id.", valueName: "id"))
    var vendor: String?
    @Option(help: ArgumentHelp("The scanner's USB product id.", valueName: "id"))
    var product: String?
    @Flag(help: "NDJSON, also on a terminal.")
    var json = false

    func run() throws {
        let configuration = try configurationOptions.load()
        var settings = decodingSettings(configuration.scanners)
        if let layout { settings.layout = layout }
        let table: Layout
        do {
            table = try Layout(named: settings.layout)
        } catch {
            throw ValidationError(
                "'\(settings.layout)' is not an xkb layout of this system: use us, es, fr, … or layout(variant)")
        }
        let router: Router
        do {
            router = try Router(routes: configuration.routes)
        } catch {
            throw ExitStatus.configuration.failure("route \(error.route): \(error.pattern.message)")
        }
        var publisher = ReplayPublisher(router: router, printer: EventPrinter(json: json))
        for file in files {
            let bytes = try reportingErrors(file) { try Self.read(file) }
            let recording: Recording
            do {
                recording = try Recording(parsing: bytes)
            } catch {
                throw ValidationError("\(file): \(error)")
            }
            publisher.scannerID = vendor.map { "\($0.lowercased()):\((product ?? "0000").lowercased())" } ?? "replay"
            for action in recording.replayed(through: ScanDecoder(settings: settings, layout: table)) {
                publisher.publish(action)
            }
        }
    }

    /// What the configuration says of this device; the ports and names of a recording are unknown.
    private func decodingSettings(_ rules: [ScannerRule]) -> DecodingSettings {
        let device = DeviceDescription(
            syspath: "", node: "", deviceNumber: 0, vendor: vendor?.lowercased() ?? "",
            product: product?.lowercased() ?? "",
            serial: "", name: "", path: "", hasKeys: true, isTagged: true)
        if vendor != nil || product != nil, case .take(let settings, _) = ScannerSelection(rules: rules).decide(device)
        {
            return settings
        }
        return DecodingSettings()
    }

    private static func read(_ file: String) throws -> [UInt8] {
        let descriptor = file == "-" ? Descriptor(owning: dup(STDIN_FILENO)) : try Descriptor.open(file, O_RDONLY)
        return try descriptor.readAll(atMost: Recording.maximumSize)
    }
}

/// Gives replayed codes the form of events.
private struct ReplayPublisher {
    let router: Router
    let printer: EventPrinter
    var scannerID = "replay"
    private var journal = EventJournal(capacity: 1)
    private var scans = 0

    init(router: Router, printer: EventPrinter) {
        self.router = router
        self.printer = printer
    }

    mutating func publish(_ action: ScanAction) {
        scans += 1
        let (event, time) =
            switch action {
            case .scan(let scan):
                (Event.scan(scan, router.decide(scan.code), scanID: "\(scans)", scannerID: scannerID), scan.time)
            case .damaged(let damage, let time):
                (Event.damaged(damage, scanID: "\(scans)", scannerID: scannerID), time)
            }
        printer.print(journal.append(event, at: WallTime(microseconds: time.microseconds)).line)
    }
}
