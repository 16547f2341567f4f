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
            A recording is a file, or a folder with the files events and device. The end of a recording is a long pause. Times \
            are the recording's own, counted from 1970. Where the recording, or --vendor and --product over it, say which \
            device it is of, the configuration's [[scanner]] of that device decides how keys are decoded; --layout decides \
            over it.
            """)

    @OptionGroup var configurationOptions: ConfigurationOptions
    @Argument(
        help: "Recordings, as scanbridge record, evemu or umockdev write them, files or folders; - for standard input.")
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
        if let layout { _ = try Self.table(layout) }
        let router: Router
        do {
            router = try Router(routes: configuration.routes)
        } catch {
            throw ExitStatus.configuration.failure("route \(error.route): \(error.pattern.message)")
        }
        var publisher = ReplayPublisher(router: router, printer: EventPrinter(json: json))
        for path in files {
            var file = try RecordingFile.reading(path)
            if let vendor { file.device.vendor = vendor.lowercased() }
            if let product { file.device.product = product.lowercased() }
            var settings = file.device.decodingSettings(configuration.scanners)
            if let layout { settings.layout = layout }
            publisher.scannerID = file.device.scannerID
            let decoder = ScanDecoder(settings: settings, layout: try Self.table(settings.layout))
            for action in file.recording.replayed(through: decoder) { publisher.publish(action) }
        }
    }

    private static func table(_ name: String) throws -> Layout {
        do {
            return try Layout(named: name)
        } catch {
            throw ValidationError("'\(name)' is not an xkb layout of this system: use us, es, fr, … or layout(variant)")
        }
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
                (
                    Event.scan(
                        scan, router.decide(scan, scanner: scannerID), scanID: "\(scans)", scannerID: scannerID),
                    scan.time
                )
            case .damaged(let damage, let time):
                (Event.damaged(damage, scanID: "\(scans)", scannerID: scannerID), time)
            }
        printer.print(journal.append(event, at: WallTime(microseconds: time.microseconds)).line)
    }
}
