import Outbox

/// Why purchases cannot be stored.
struct OutboxTrouble: Equatable {
    let code: String
    /// What a person can do about it.
    let advice: String

    static let fullCode = "full"
    /// The disk does not answer.
    static let slow = OutboxTrouble(
        code: "slow", advice: "the outbox's disk does not answer in time: see the kernel's log (journalctl -k)")

    private init(code: String, advice: String) {
        self.code = code
        self.advice = advice
    }

    init(_ error: OutboxError) {
        code = error.code.rawValue
        advice = error.message
    }

    init(full limit: OutboxLimit) {
        code = Self.fullCode
        advice =
            switch limit {
            case .count: "the outbox holds as many purchases as max_count in [outbox] allows: scanbridge purchases"
            case .size: "the outbox is as large as max_mb in [outbox] allows: scanbridge purchases"
            }
    }
}
