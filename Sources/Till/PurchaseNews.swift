import Purchases

/// Something has become of a purchase.
public struct PurchaseNews: Sendable {
    public enum Status: Equatable, Sendable {
        case queued, accepted, rejected, failed
    }

    public var status: Status
    /// Nil for one that is not in the outbox.
    public var id: Int64?
    public var facts: PurchaseFacts
    public var printerText: String?
    /// Why it was refused.
    public var reason: String?
}

/// What listeners are told of a purchase. Personal: it goes into no log.
public struct PurchaseFacts: Equatable, Sendable {
    public var sale: String
    public var members: [String]
    /// In decimal, with a point.
    public var amount: String?
    public var currency: String?
    public var isRefund: Bool

    init(_ purchase: NewPurchase) {
        sale = purchase.sale
        members = purchase.members
        amount = purchase.amount
        currency = purchase.currency
        isRefund = purchase.isRefund
    }

    init(_ purchase: StoredPurchase) {
        sale = purchase.sale
        members = purchase.members
        amount = purchase.amount
        currency = purchase.currency
        isRefund = purchase.isRefund
    }
}
