import Configuration
import Diagnosis
import JSON
import Loyalty
import Routing
import ScanbridgeClient

extension Check {
    private static let askedFor = "scanbridge-check"

    /// The account, the token, the clock, and the endpoint itself.
    func checkEndpoint(_ scene: CheckScene, _ report: inout CheckReport) {
        let clock = ClockReading.read()
        guard let endpoint = scene.configuration.endpoint else {
            let routes = scene.configuration.routes
            if !routes.isEmpty, routes.allSatisfy({ !$0.lookup }) {
                report.good("endpoint", "none, and no route asks it")
            } else {
                report.fault(
                    "endpoint", "no account: set account in [endpoint] of \(configurationOptions.file)", .configuration)
            }
            return report.add(clock.finding)
        }
        let sight = checkToken(endpoint, scene, &report)
        if offline { return report.add(clock.finding) }
        switch sight {
        case .none: report.add(clock.finding)
        case .own(let credentials): ask(endpoint, credentials, scene, clock, &report)
        case .serviceOnly: askService(endpoint, scene, clock, &report)
        }
    }

    private func ask(
        _ endpoint: EndpointSettings, _ credentials: String?, _ scene: CheckScene, _ clock: ClockReading,
        _ report: inout CheckReport
    ) {
        var clock = clock
        do {
            let (answer, health) = try Lookup.ask(
                Self.askedFor, endpoint, scene.configuration.mapping, credentials: credentials)
            clock.endpointAhead = health.clockAheadSeconds
            report.add(clock.finding)
            tell(answer.outcome.status, answer.outcome.detail, endpoint, clock, &report)
        } catch {
            report.add(clock.finding)
            report.fault("endpoint", "it cannot be asked: \(error)", ExitStatus(error) ?? .fault)
        }
    }

    /// Has the service ask, whose token this process may not see.
    private func askService(
        _ endpoint: EndpointSettings, _ scene: CheckScene, _ clock: ClockReading, _ report: inout CheckReport
    ) {
        report.add(clock.finding)
        guard scene.isServiceRunning else {
            return report.add(
                Finding(
                    .unseen, "endpoint",
                    "not asked, for want of the token and of a running service: sudo scanbridge check"))
        }
        do throws(ClientError) {
            var connection = try Connection(socketPath: scene.socket)
            let outcome = try connection.lookUp(Self.askedFor)
            let detail = try connection.status()["endpoint"]?["last_detail"]?.string
            guard let status = MemberOutcome.Status(rawValue: outcome.status), let detail,
                let detail = OutcomeDetail(rawValue: detail)
            else {
                return report.fault(
                    "endpoint", "the service answers what this program does not know: upgrade both", .fault)
            }
            tell(status, detail, endpoint, clock, &report)
        } catch {
            report.fault("endpoint", "the service could not be asked: \(error.message)", .unavailable)
        }
    }

    private func tell(
        _ status: MemberOutcome.Status, _ detail: OutcomeDetail, _ endpoint: EndpointSettings, _ clock: ClockReading,
        _ report: inout CheckReport
    ) {
        var text = "\(status.rawValue) (\(detail)); \(detail.advice(for: endpoint))"
        if detail == .certificate, clock.isDoubtful {
            text +=
                "; the clock is wrong or not kept right, which alone makes a certificate look so: sudo timedatectl set-ntp true"
        }
        switch status {
        case .found, .notFound, .rejected: report.good("endpoint", "it answers (\(detail))")
        case .misconfigured: report.fault("endpoint", text, .configuration)
        case .rateLimited, .unavailable: report.fault("endpoint", text, .unavailable)
        }
    }
}
