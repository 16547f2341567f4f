import FoundationEssentials
import JSON

/// How far a purchase has got.
public struct Purchase: Equatable, Sendable {
    /// `queued`, `accepted`, `rejected` or, in events, `failed`.
    public var status: String
    /// Its number in the service's outbox; nil if it is not in there.
    public var number: Int64?
    /// What the till calls the sale.
    public var sale: String
    /// The members' ids; empty in an answer to ``Connection/purchase(sale:member:amount:currency:time:refund:)``.
    public var members: [String]
    public var amount: Decimal?
    public var currency: String?
    public var isRefund: Bool
    /// What the provider wants on the receipt.
    public var printerText: String?
    /// Why it was refused.
    public var reason: String?

    init(_ json: JSONValue) {
        status = json["status"]?.string ?? ""
        number = json["purchase"]?.integer
        sale = json["sale"]?.string ?? ""
        members = (json["members"]?.array ?? []).compactMap(\.string)
        amount = json["amount"]?.number
        currency = json["currency"]?.string
        isRefund = json["refund"]?.bool ?? false
        printerText = json["printer_text"]?.string
        reason = json["reason"]?.string
    }
}

/// A member's balance after a purchase.
public struct Balance: Equatable, Sendable {
    public var member: String
    /// Nil if it was not known.
    public var old: Decimal?
    public var new: Decimal?
    /// The provider's text for a person.
    public var displayText: String
    public var sale: String

    init(_ json: JSONValue) {
        member = json["member"]?.string ?? ""
        old = json["old"]?.number
        new = json["new"]?.number
        displayText = json["display_text"]?.string ?? ""
        sale = json["sale"]?.string ?? ""
    }
}
