/// Which purchases of the outbox are meant. A field that is nil admits all.
public struct PurchaseFilter: Equatable, Sendable {
    public var states: Set<PurchaseState>?
    public var member: String?
    public var sale: String?

    public init(states: Set<PurchaseState>? = nil, member: String? = nil, sale: String? = nil) {
        self.states = states
        self.member = member
        self.sale = sale
    }
}
