import FoundationEssentials

/// How far a purchase has got, as listeners are told.
public struct PurchaseEvent: Equatable, Sendable {
    public enum Status: String, CaseIterable, Sendable {
        /// It is stored, and the provider will hear of it.
        case queued
        case accepted
        /// The provider has refused it, and the till was told.
        case rejected
        /// The provider has refused it after the till was told that it is taken, or it has grown too old: `scanbridge purchases` shows it.
        case failed
    }

    public var status: Status
    /// Its number in the outbox; nil if it is not in there.
    public var id: Int64?
    /// What a person calls the sale.
    public var sale: String
    public var members: [String]
    public var amount: Decimal?
    public var currency: String?
    public var isRefund: Bool
    /// The provider's text for the receipt.
    public var printerText: String?
    /// Why it was refused; absent on the wire otherwise.
    public var reason: String?

    public init(
        status: Status, id: Int64?, sale: String, members: [String], amount: Decimal?, currency: String? = nil,
        isRefund: Bool = false, printerText: String? = nil, reason: String? = nil
    ) {
        self.status = status
        self.id = id
        self.sale = sale
        self.members = members
        self.amount = amount
        self.currency = currency
        self.isRefund = isRefund
        self.printerText = printerText
        self.reason = reason
    }
}
