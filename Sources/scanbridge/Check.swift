import ArgumentParser
import Configuration
import Glibc
import Keystrokes
import Loyalty
import Routing
import Scanners
import SystemCalls
import TextChecks

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks configuration, permissions, devices and endpoint; says what to do about each fault.",
        discussion: """
            Run it as the user that the service runs as. Asks the member endpoint once for an id that no member has. \
            NDJSON into a pipe or with --json. Exit status 0 if all is well or there are warnings only, else that of the first fault.

            With --scan, scan the printed test card (docs/test-card.pdf): it tells which country the scanner is set to and \
            which layout line goes into its [[scanner]]. Stop the service first.
            """)

    @OptionGroup var configurationOptions: ConfigurationOptions
    @Flag(help: "NDJSON, also on a terminal.")
    var json = false
    @Flag(help: "Leave the endpoint alone.")
    var offline = false
    @OptionGroup(title: "Test card") var scan: CheckScan

    func run() throws {
        if try scan.run(configurationOptions, json: json) { return }
        var report = CheckReport(json: json)
        let configuration: Configuration
        do {
            configuration = try Configuration.load(path: configurationOptions.file, knowsLayout: Layouts.isKnown)
            report.good("configuration", configurationOptions.file)
        } catch {
            report.fault("configuration", "\(error)", .configuration)
            configuration = Configuration()
        }
        for warning in RouteWarning.warnings(configuration.routes) {
            report.warning(
                "route", "[[route]] number \(warning.number) \"\(warning.name.printable)\": \(warning.reason)")
        }
        checkDevices(configuration, &report)
        checkKeyboard(configuration, &report)
        checkEndpoint(configuration, &report)
        if let status = report.status { throw ExitCode(status.rawValue) }
    }

    private func checkDevices(_ configuration: Configuration, _ report: inout CheckReport) {
        do {
            if try !UdevDaemon.isRunning() { report.fault("udev", UdevDaemon.advice, .unavailable) }
            let devices = try UdevScanners.survey(ScannerSelection(rules: configuration.scanners))
            let inputDevices = devices.count { $0.description.wrongMode == nil }
            var isNoneFound = true
            for device in devices {
                switch device.decision {
                case .take: check(device, &report)
                case .report(let mode): report.fault("scanner", "\(describe(device)): \(mode.advice)", .unavailable)
                case .leave: continue
                }
                isNoneFound = false
            }
            if isNoneFound {
                report.fault(
                    "devices",
                    "\(inputDevices) input devices and no scanner among them; plug one in, install the udev rules and run "
                        + "udevadm trigger --subsystem-match=input --action=change, or name it in a [[scanner]] "
                        + "(scanbridge devices lists them)", .unavailable)
            }
        } catch {
            report.fault("devices", "cannot list devices: \(error)", ExitStatus(error))
        }
    }

    private func describe(_ scanner: SurveyedDevice) -> String {
        "\(scanner.description.modelName.printable) (\(scanner.scannerID.printable)) at \(scanner.description.node)"
    }

    private func check(_ scanner: SurveyedDevice, _ report: inout CheckReport) {
        do {
            _ = try Descriptor.open(scanner.description.node, O_RDONLY | O_NONBLOCK)
            report.good("scanner", describe(scanner))
        } catch {
            let advice = error.errno == EACCES ? Blockage.permission.advice : Blockage.failed.advice
            report.fault("scanner", "\(scanner.description.node): \(error); \(advice)", ExitStatus(error))
        }
    }

    private func checkEndpoint(_ configuration: Configuration, _ report: inout CheckReport) {
        guard let endpoint = configuration.endpoint else {
            report.fault("endpoint", "no account: set account in [endpoint]", .configuration)
            return
        }
        if offline { return }
        do {
            let outcome = try Lookup.ask("scanbridge-check", endpoint, configuration.mapping).outcome
            switch outcome.status {
            case .found, .notFound, .rejected: report.good("endpoint", "it answers (\(outcome.detail))")
            case .misconfigured: report.fault("endpoint", advice(outcome, endpoint), .configuration)
            case .rateLimited, .unavailable: report.fault("endpoint", advice(outcome, endpoint), .unavailable)
            }
        } catch {
            report.fault("endpoint", "it cannot be asked", .configuration)
        }
    }

    private func advice(_ outcome: MemberOutcome, _ endpoint: EndpointSettings) -> String {
        let todo =
            switch outcome.detail {
            case .noToken: "write the API token into \(endpoint.tokenFile), readable by the service's user"
            case .caFile: "ca_file cannot be used: it must be a file of PEM certificates"
            case .http(401), .http(403), .redirect:
                "the endpoint refuses the token or the account: see both in the provider's pages"
            case .notJSON, .noMemberID, .answerTooLarge, .notHTTP:
                "what answers there is no member endpoint: see member_url"
            case .dns: "the host's name cannot be resolved: see the network and member_url"
            case .certificate, .tls: "the server's certificate is not trusted: see the clock, ca_file and member_url"
            case .refused, .unreachable, .timeout, .connectionLost:
                "no answer: see the network and the provider's status"
            default: "see member_url and the provider's status"
            }
        return "\(outcome); \(todo)"
    }
}
