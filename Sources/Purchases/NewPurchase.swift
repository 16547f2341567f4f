import SystemCalls

/// A sale or a refund as the till has sent it, ready to be stored and sent on.
///
/// What it holds is personal: it goes to the provider, to listeners and into the database, and into no log.
public struct NewPurchase: Equatable, Sendable {
    public var key: SaleKey
    /// What a person calls it: the invoice's series and number, or the sale's id. At most ``maxSaleBytes`` bytes, without control characters.
    public var sale: String
    /// Whether it gives money back (`DocumentType` `BasicRefund` or `StandardRefund`).
    public var isRefund: Bool
    /// The members' ids in the order in which the invoice names them, each once.
    public var members: [String]
    /// The `GlobalId` of each of the invoice's items, each once.
    public var globalIDs: [String]
    /// What was paid, in decimal with a point; nil if the invoice does not say.
    public var amount: String?
    public var currency: String?
    public var receivedAt: WallTime
    /// The invoice, byte for byte as it goes to the provider.
    public var body: [UInt8]

    public static let maxSaleBytes = 128

    public init(
        key: SaleKey, sale: String, isRefund: Bool, members: [String], globalIDs: [String], amount: String?,
        currency: String? = nil, receivedAt: WallTime, body: [UInt8]
    ) {
        self.key = key
        self.sale = sale
        self.isRefund = isRefund
        self.members = members
        self.globalIDs = globalIDs
        self.amount = amount
        self.currency = currency
        self.receivedAt = receivedAt
        self.body = body
    }
}
