import Configuration
import Diagnosis
import JSON
import Loyalty
import TextChecks
import Till

extension Check {
    /// The till's endpoint, and what waits for the provider.
    func checkPurchases(_ scene: CheckScene, _ report: inout CheckReport) {
        if let till = scene.configuration.till { checkTill(till, scene, &report) }
        guard scene.isServiceRunning, let purchases = scene.status["purchases"],
            let outbox = purchases["outbox"]?.string, outbox != "none"
        else { return }
        if outbox == "closed" {
            return report.add(
                Finding(
                    .unseen, "purchases",
                    "the service still reads its outbox; if that is so in a minute too, see journalctl -k"))
        }
        if outbox != "ok" {
            let advice = (purchases["advice"]?.string ?? "").printable
            report.fault("purchases", "they cannot be stored (\(outbox.printable)): \(advice)", .unavailable)
        }
        let count = { (key: String) in purchases[key]?.integer ?? 0 }
        let detail = purchases["last_detail"]?.string.map { ", the provider's last answer: \($0.printable)" } ?? ""
        if count("failed") > 0 {
            report.warning(
                "purchases", "\(count("failed")) have failed and wait for a person: sudo scanbridge purchases")
        }
        let age = purchases["oldest_age_s"]?.integer ?? 0
        if age > PurchaseStatus.longQueuedSeconds || count("queued") > PurchaseStatus.manyQueued {
            report.warning(
                "purchases", "\(count("queued")) wait for the provider, the oldest for \(age / 3600) h\(detail)")
        } else if outbox == "ok" {
            report.good("purchases", "\(count("queued")) wait for the provider")
        }
    }

    private func checkTill(_ till: TillSettings, _ scene: CheckScene, _ report: inout CheckReport) {
        if scene.configuration.endpoint == nil {
            return report.fault("till", "[till] needs an account in [endpoint]", .configuration)
        }
        do throws(TokenFault) {
            _ = try TokenFile(path: till.tokenFile).read()
            report.good("till", till.tokenFile)
        } catch {
            if case .unreadable = error.reason, scene.isBystander {
                report.add(
                    Finding(.unseen, "till", "only root and the service may read its token: sudo scanbridge check"))
            } else {
                report.fault("till", "\(error)", .configuration)
            }
        }
        guard scene.isServiceRunning, let state = scene.status["purchases"]?["till"] else { return }
        if let fault = state["fault"]?.string {
            report.fault("till", "its endpoint cannot listen: \(fault.printable)", .unavailable)
        } else if let address = state["listening"]?.string {
            report.good("till", "listens at \(address.printable)")
        } else {
            report.warning("till", "the running service does not know [till] yet: sudo systemctl reload scanbridge")
        }
    }
}
