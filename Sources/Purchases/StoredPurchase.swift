import SystemCalls

/// A purchase as the outbox holds it, without its invoice, which is read when it is sent.
public struct StoredPurchase: Equatable, Sendable {
    /// Rises with each purchase, and is never used again.
    public var id: Int64
    public var key: SaleKey
    public var sale: String
    public var isRefund: Bool
    public var members: [String]
    public var globalIDs: [String]
    public var amount: String?
    public var currency: String?
    public var receivedAt: WallTime
    public var state: PurchaseState
    /// How often it was sent.
    public var attempts: Int
    /// Why it is where it is: a short stable code, made of what this program knows and never of what was sent to it.
    public var detail: String?
    /// The provider's answer, as the till gets it; nil before there is one.
    public var answer: [UInt8]?
    /// When it was accepted, rejected, failed or discarded.
    public var endedAt: WallTime?
    /// The invoice's length; 0 once it is not needed any more.
    public var bodyBytes: Int

    public init(
        id: Int64, key: SaleKey, sale: String, isRefund: Bool, members: [String], globalIDs: [String], amount: String?,
        currency: String?, receivedAt: WallTime, state: PurchaseState, attempts: Int = 0, detail: String? = nil,
        answer: [UInt8]? = nil, endedAt: WallTime? = nil, bodyBytes: Int
    ) {
        self.id = id
        self.key = key
        self.sale = sale
        self.isRefund = isRefund
        self.members = members
        self.globalIDs = globalIDs
        self.amount = amount
        self.currency = currency
        self.receivedAt = receivedAt
        self.state = state
        self.attempts = attempts
        self.detail = detail
        self.answer = answer
        self.endedAt = endedAt
        self.bodyBytes = bodyBytes
    }
}
