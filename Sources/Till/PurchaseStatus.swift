import SystemCalls

/// How purchases are doing, for the status: counts and codes, nothing of any sale.
public struct PurchaseStatus: Equatable, Sendable {
    /// `closed` before the outbox is opened and read, so that the counts say nothing yet, `ok`, or the code of what keeps it from storing.
    public var outbox = "closed"
    /// What a person can do about it.
    public var advice: String?
    public var queued = 0
    public var failed = 0
    /// When the oldest that is queued was received.
    public var oldestQueuedAt: WallTime?
    /// The database's size when it was looked at last.
    public var bytes: Int64 = 0
    /// Whether the provider takes purchases: nil before the first.
    public var isFailing: Bool?
    /// Why the last one that was not taken was not.
    public var lastDetail: String?
    /// Of this run: purchases that were stored, those of them that the provider has taken and refused, and sales that were sent again.
    public var stored = 0
    public var accepted = 0
    public var rejected = 0
    public var repeated = 0
    /// Purchases that could not be stored and were handed to the provider at once, and those of them that it has not taken.
    public var passedThrough = 0
    public var notTaken = 0
    /// Where the till's endpoint listens; nil where it does not.
    public var listening: String?
    /// Why it does not, although it is configured to.
    public var listenFault: String?
    public var requests = 0
    public var refused = 0

    public init() {}
}
