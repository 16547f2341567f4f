/// What a person should know of purchases, the most urgent of it.
public enum PurchaseConcern: Equatable, Sendable {
    case cannotBeStored
    /// Some were refused when nobody waited for the answer.
    case failed
    /// The provider does not take those that wait.
    case waiting
}

extension PurchaseStatus {
    /// A person should hear of it when more purchases wait than these, or one for longer.
    public static let manyQueued = 1000
    public static let longQueuedSeconds: Int64 = 86_400

    /// Nil if all is well.
    public var concern: PurchaseConcern? {
        if outbox != "ok", outbox != "closed" { return .cannotBeStored }
        if failed > 0 { return .failed }
        return queued > 0 && isFailing == true ? .waiting : nil
    }
}
