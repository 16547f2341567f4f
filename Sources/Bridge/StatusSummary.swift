import Loyalty
import Scanners
import Till

/// What the service is doing, for `systemctl status`: of what is in it nobody can tell one code or one member.
struct StatusSummary: Equatable {
    let connected: Int
    /// Why scanners are not read, each reason once, in order.
    let blocked: [String]
    /// Nil without an endpoint.
    let health: EndpointHealth.State?
    /// Whether the configuration says what is to be done with codes.
    let isComplete: Bool
    let purchases: PurchaseConcern?

    init(
        scanners: [ScannerState], health: EndpointHealth.State?, purchases: PurchaseStatus? = nil, isComplete: Bool
    ) {
        connected = scanners.count { $0 == .connected }
        let reasons = scanners.compactMap { if case .blocked(let blockage) = $0 { blockage.code } else { nil } }
        blocked = Set(reasons).sorted()
        self.health = health
        self.isComplete = isComplete
        self.purchases = purchases?.concern
    }

    var text: String {
        guard isComplete else {
            return "Waits for an account: set account in [endpoint] of the configuration. No scanner is taken."
        }
        let scanners =
            switch connected {
            case 0: "No scanner"
            case 1: "1 scanner"
            default: "\(connected) scanners"
            }
        let obstacles = blocked.isEmpty ? "" : ", blocked: \(blocked.joined(separator: ", ")) (see scanbridge check)"
        let endpoint =
            switch health {
            case nil: "no lookups"
            case .unknown: "endpoint not asked yet"
            case .ok: "endpoint answers"
            case .failing: "endpoint fails (see scanbridge check)"
            }
        return "\(scanners)\(obstacles); \(endpoint)\(purchases.map { "; \(Self.text($0))" } ?? "")"
    }

    private static func text(_ concern: PurchaseConcern) -> String {
        switch concern {
        case .cannotBeStored: "purchases cannot be stored (see scanbridge check)"
        case .failed: "purchases have failed (see scanbridge purchases)"
        case .waiting: "purchases wait for the provider"
        }
    }
}
