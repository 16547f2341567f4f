import SystemCalls

/// What is to be written down of a stored purchase.
public struct PurchaseRecord: Equatable, Sendable {
    public var id: Int64
    public var state: PurchaseState
    public var attempts: Int
    public var detail: String?
    /// The provider's answer, as the till gets it; nil leaves the stored one.
    public var answer: [UInt8]?
    public var at: WallTime

    public init(
        id: Int64, state: PurchaseState, attempts: Int, detail: String? = nil, answer: [UInt8]? = nil, at: WallTime
    ) {
        self.id = id
        self.state = state
        self.attempts = attempts
        self.detail = detail
        self.answer = answer
        self.at = at
    }
}
