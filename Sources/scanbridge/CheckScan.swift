import ArgumentParser
import Configuration
import Glibc
import Keystrokes
import Recordings
import Scanners
import SystemCalls
import TestCards

/// `check --scan`: which country a scanner is set to, by the printed test card.
struct CheckScan: ParsableArguments {
    @Flag(
        name: .customLong("scan"),
        help:
            "Wait for the test card to be scanned, and say which layout line the scanner needs; nothing else is checked."
    )
    var isWanted = false
    @Option(help: ArgumentHelp("With --scan: the node to read, scanner or not.", valueName: "node"))
    var device: String?
    @Option(help: ArgumentHelp("With --scan: read the scan from a recording, a file or a folder.", valueName: "file"))
    var recording: String?
    @Flag(name: .customLong("card-text"), help: "Print the test card's text.")
    var isTextWanted = false

    func validate() throws {
        if device != nil, recording != nil { throw ValidationError("Use --device or --recording, not both.") }
        if !isWanted, device != nil || recording != nil {
            throw ValidationError("--device and --recording go with --scan.")
        }
    }

    /// Does what the options ask for.
    ///
    /// - Returns: False if they ask for nothing.
    func run(_ options: ConfigurationOptions, json: Bool) throws -> Bool {
        if isTextWanted {
            Output.line(TestCard.text)
            return true
        }
        guard isWanted else { return false }
        let rules = try options.load().scanners
        let scan: CardScan
        if let recording {
            let file = try RecordingFile.reading(recording)
            scan = CardScan(
                events: file.recording.events, device: file.device.isUnknown ? nil : file.device.description)
        } else {
            scan = try CardCollector(devices: try candidates(rules)).collect()
        }
        let decision = scan.device.map { ScannerSelection(rules: rules).decide($0) }
        var settings = DecodingSettings()
        if case .take(let own, _)? = decision { settings = own }
        let verdict = CardReading(scan.events, settings: settings).verdict {
            Output.error("no common country's layout fits; trying every layout of this system")
            return SystemLayouts.all()
        }
        let report = CardReport(
            verdict: verdict, device: scan.device, configured: settings.layout, decision: decision, file: options.file)
        report.print(json: json || !Output.isTerminal)
        if let status = report.status { throw ExitCode(status.rawValue) }
        return true
    }

    /// The devices that the card may be scanned with.
    private func candidates(_ rules: [ScannerRule]) throws -> [DeviceDescription] {
        let devices = try reportingErrors("cannot list devices") {
            try UdevScanners.survey(ScannerSelection(rules: rules))
        }
        guard let device else {
            let scanners = devices.filter(\.decision.isTaken).map(\.description)
            if scanners.isEmpty {
                throw ExitStatus.unavailable.failure(
                    "no scanner among \(devices.count) input devices: plug one in, or name its node with --device "
                        + "(scanbridge devices lists them)")
            }
            return scanners
        }
        let node = device.hasPrefix("/dev/input/event") ? device : Self.resolved(device)
        return [
            devices.first { $0.description.node == node }?.description
                ?? DeviceDescription(
                    syspath: "", node: node, deviceNumber: 0, vendor: "", product: "", serial: "", name: "", path: "",
                    hasKeys: true, isTagged: true)
        ]
    }

    /// The node that a link such as those in `/dev/input/by-id` leads to; the path itself if it leads nowhere.
    private static func resolved(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
