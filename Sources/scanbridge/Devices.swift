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
        discussion: "Needs no service and no privileges. NDJSON into a pipe or with --json.")

    @OptionGroup var configurationOptions: ConfigurationOptions
    @Flag(help: "NDJSON, one object a device.")
    var json = false

    func run() throws {
        let selection = ScannerSelection(rules: try configurationOptions.load().scanners)
        let devices: [(DeviceDescription, ScannerSelection.Decision)]
        do {
            devices = try UdevScanners.survey(selection)
        } catch {
            throw ExitStatus(error).failure("cannot list devices: \(error)")
        }
        let inOrder = devices.sorted { ($0.0.node.utf8.count, $0.0.node) < ($1.0.node.utf8.count, $1.0.node) }
        if json || !Output.isTerminal {
            for (device, decision) in inOrder { Output.write(Self.line(device, decision)) }
        } else if inOrder.isEmpty {
            Output.line("No input devices.")
        } else {
            for (device, decision) in inOrder { Output.line(Self.text(device, decision)) }
        }
    }

    private static func line(_ device: DeviceDescription, _ decision: ScannerSelection.Decision) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("node")
        writer.value(device.node)
        writer.key("id")
        writer.value(device.scannerID)
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
        writer.value(decision.reason.description)
        writer.endObject()
        writer.endLine()
        return writer.bytes
    }

    private static func text(_ device: DeviceDescription, _ decision: ScannerSelection.Decision) -> String {
        let model = device.vendor.isEmpty ? "no ids" : "\(device.vendor):\(device.product)"
        return """
            \(decision.isTaken ? "scanner" : "-      ") \(device.node)  \(device.name.printable) (\(model.printable))
                    \(decision.reason.description)\(device.port.isEmpty ? "" : "; port \(device.port.printable)")
            """
    }
}

extension ScannerSelection.Decision {
    var isTaken: Bool {
        if case .take = self { true } else { false }
    }

    var reason: ScannerSelection.Reason {
        switch self {
        case .take(_, let reason), .leave(let reason): reason
        }
    }
}
