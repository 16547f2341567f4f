import ArgumentParser
import Configuration
import JSON
import Keystrokes
import Scanners
import SystemCalls
import TextChecks

struct Devices: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists input devices, which are taken for scanners, and why.",
        discussion: """
            Also lists USB scanners that cannot be read because they are set up as something else than a keyboard. Needs no \
            service and no privileges. NDJSON into a pipe or with --json.
            """)

    @OptionGroup var configurationOptions: ConfigurationOptions
    @Flag(help: "NDJSON, one object a device.")
    var json = false

    func run() throws {
        let selection = ScannerSelection(rules: try configurationOptions.load().scanners)
        let devices: [SurveyedDevice]
        do {
            devices = try UdevScanners.survey(selection)
        } catch {
            throw ExitStatus(error).failure("cannot list devices: \(error)")
        }
        let inOrder = devices.sorted { left, right in
            let (left, right) = (left.description.node, right.description.node)
            return (left.utf8.count, left) < (right.utf8.count, right)
        }
        if json || !Output.isTerminal {
            for device in inOrder { Output.write(Self.line(device)) }
        } else if inOrder.isEmpty {
            Output.line("No input devices.")
        } else {
            for device in inOrder { Output.line(Self.text(device)) }
        }
    }

    private static func line(_ surveyed: SurveyedDevice) -> [UInt8] {
        let (device, decision) = (surveyed.description, surveyed.decision)
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("node")
        writer.value(device.node)
        writer.key("id")
        writer.value(surveyed.scannerID)
        writer.key("name")
        writer.value(device.name)
        writer.key("vendor")
        writer.value(device.vendor)
        writer.key("product")
        writer.value(device.product)
        writer.key("serial")
        writer.value(device.serial.isEmpty ? JSONValue.null : .string(device.serial))
        writer.key("port")
        writer.value(device.port.isEmpty ? JSONValue.null : .string(device.port))
        writer.key("scanner")
        writer.value(decision.isTaken)
        if case .take(let settings, _) = decision {
            writer.key("layout")
            writer.value(settings.layout)
        }
        writer.key("reason")
        writer.value(decision.reason)
        writer.endObject()
        writer.endLine()
        return writer.bytes
    }

    private static func text(_ surveyed: SurveyedDevice) -> String {
        let (device, decision) = (surveyed.description, surveyed.decision)
        let model = device.vendor.isEmpty ? "no ids" : "\(device.vendor):\(device.product)"
        return """
            \(decision.mark) \(device.node)  \(device.name.printable) (\(model.printable))
                    \(decision.reason)\(device.port.isEmpty ? "" : "; port \(device.port.printable)")
            """
    }
}

extension ScannerSelection.Decision {
    var isTaken: Bool {
        if case .take = self { true } else { false }
    }

    /// What stands in front of a device in a list.
    fileprivate var mark: String {
        switch self {
        case .take: "scanner"
        case .report: "BLOCKED"
        case .leave: "-      "
        }
    }

    fileprivate var reason: String {
        switch self {
        case .take(_, let reason), .leave(let reason): reason.description
        case .report(let mode): "\(Blockage.wrongMode(mode).code): \(mode.advice)"
        }
    }
}
