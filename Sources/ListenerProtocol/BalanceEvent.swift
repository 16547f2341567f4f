import FoundationEssentials

/// What the provider says of a member after a purchase.
public struct BalanceEvent: Equatable, Sendable {
    /// The id by which the purchase names the member.
    public var member: String
    /// What was known before; nil if nothing was.
    public var old: Decimal?
    public var new: Decimal?
    /// The provider's text for a person.
    public var displayText: String
    /// The sale that it follows from.
    public var sale: String

    public init(member: String, old: Decimal?, new: Decimal?, displayText: String, sale: String) {
        self.member = member
        self.old = old
        self.new = new
        self.displayText = displayText
        self.sale = sale
    }
}
