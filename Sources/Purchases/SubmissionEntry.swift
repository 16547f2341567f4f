/// What the order of sending follows from, of one purchase.
public struct SubmissionEntry: Equatable, Sendable {
    public var id: Int64
    public var isRefund: Bool
    /// Purchases that share one go out one after the other, the oldest first: the members, and the items.
    public var lanes: [String]
    public var attempts: Int

    /// Whether nothing tells which sale it gives back: then it waits for everything that is older.
    var waitsForAll: Bool { isRefund && !hasMember }
    private var hasMember: Bool

    public init(_ purchase: StoredPurchase) {
        self.init(
            id: purchase.id, isRefund: purchase.isRefund, members: purchase.members, globalIDs: purchase.globalIDs,
            attempts: purchase.attempts)
    }

    public init(id: Int64, isRefund: Bool, members: [String], globalIDs: [String] = [], attempts: Int = 0) {
        self.id = id
        self.isRefund = isRefund
        self.attempts = attempts
        hasMember = !members.isEmpty
        lanes = members.map { "m\($0)" } + globalIDs.map { "g\($0.lowercased())" }
    }
}
