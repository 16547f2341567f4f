import Configuration
import Diagnosis
import Glibc
import JSON
import Scanners
import SystemCalls
import TextChecks

extension Check {
    /// The scanners that are there, whether the service can have them, and what is in its way.
    func checkDevices(_ scene: CheckScene, _ report: inout CheckReport) {
        do {
            if try !UdevDaemon.isRunning() { report.fault("udev", UdevDaemon.advice, .unavailable) }
            let devices = try UdevScanners.survey(ScannerSelection(rules: scene.configuration.scanners))
            let rules = RuleFiles()
            report.add(
                RulesFacts(files: rules, isScannerConfigured: devices.contains { $0.decision.isConfigured }).finding)
            var isNoneFound = true
            for device in devices {
                switch device.decision {
                case .take: check(device, scene, &report)
                case .report(let mode): check(device, in: mode, &report)
                case .leave(.notNamed)
                where device.description.hasKeys
                    && rules.models.name(vendor: device.description.vendor, product: device.description.product):
                    report.fault(
                        "rule",
                        "\(describe(device)): the udev rules name it and are not applied to it: \(Remedy.reloadAndTrigger)",
                        .unavailable)
                case .leave: continue
                }
                isNoneFound = false
            }
            if isNoneFound {
                let inputDevices = devices.count { $0.description.wrongMode == nil }
                report.fault(
                    "devices",
                    "\(inputDevices) input devices and no scanner among them: plug one in; scanbridge devices lists what is there, and a "
                        + "[[scanner]] with vendor and product makes one of them a scanner", .unavailable)
            }
        } catch {
            report.fault("devices", "cannot list devices: \(error)", ExitStatus(error))
        }
    }

    private func describe(_ scanner: SurveyedDevice) -> String {
        "\(scanner.description.modelName.printable) (\(scanner.scannerID.printable)) at \(scanner.description.node)"
    }

    /// A scanner that is to be taken.
    private func check(_ scanner: SurveyedDevice, _ scene: CheckScene, _ report: inout CheckReport) {
        let device = scanner.description
        let service = scene.word(of: scanner)
        let facts = ScannerFacts(
            name: describe(scanner), node: device.node, vendor: device.vendor, product: device.product,
            isTagged: device.isTagged, access: try? FileAccess(path: device.node),
            ruledGroup: UserGroup.number(CheckScene.packageName), serviceUser: scene.serviceUser, service: service,
            grab: service == .connected ? .notTried : Self.grab(device.node),
            holders: Processes().holders(of: device.node))
        for finding in facts.findings { report.add(finding) }
    }

    /// A scanner that is no keyboard as it is set up.
    private func check(_ scanner: SurveyedDevice, in mode: WrongMode, _ report: inout CheckReport) {
        let device = scanner.description
        report.fault("scanner", "\(describe(scanner)): \(mode.advice)", .unavailable)
        guard mode.interface == .serial else { return }
        let modem = ModemFacts(
            isRunning: !Processes().named("ModemManager").isEmpty, name: describe(scanner), vendor: device.vendor,
            product: device.product, isIgnored: UdevProperties(syspath: device.syspath)["ID_MM_DEVICE_IGNORE"] == "1")
        if let finding = modem.finding { report.add(finding) }
    }

    private static func grab(_ node: String) -> ScannerFacts.Grab {
        do {
            try GrabAttempt.run(on: node)
            return .free
        } catch {
            return switch error.errno {
            case EBUSY: .busy
            case EACCES, EPERM: .denied
            default: .failed("\(error)")
            }
        }
    }
}

extension CheckScene {
    /// What the running service says of a scanner.
    func word(of scanner: SurveyedDevice) -> ScannerFacts.Service {
        guard isServiceRunning, let scanners = status["scanners"]?.array else { return .unknown }
        let device = scanner.description
        // Of scanners with one serial number the service may have made other ids than this process.
        let own = scanners.first { $0["id"]?.string == scanner.scannerID }
        let alike = scanners.first {
            $0["vendor"]?.string == device.vendor && $0["product"]?.string == device.product
                && ($0["port"]?.string ?? "") == device.port
        }
        guard let entry = own ?? alike else { return .without }
        switch entry["state"]?.string {
        case "connected": return .connected
        case "blocked":
            return .blocked(reason: entry["reason"]?.string ?? "", message: (entry["message"]?.string ?? "").printable)
        default: return .without
        }
    }
}

extension ScannerSelection.Decision {
    /// A `[[scanner]]` names it.
    fileprivate var isConfigured: Bool {
        if case .take(_, .configured) = self { true } else { false }
    }
}
