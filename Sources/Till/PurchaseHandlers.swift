import Loyalty

/// What the purchases' part asks of the service. Called on the till's thread.
public struct PurchaseHandlers: Sendable {
    /// Looks a member up for the till. The completion may be called on any thread, and is called once.
    public var lookUp: @Sendable (_ id: String, _ completion: @escaping @Sendable (LookupAnswer) -> Void) -> Void
    /// Tells what has become of a purchase.
    public var tell: @Sendable (PurchaseNews) -> Void

    public init(
        lookUp: @escaping @Sendable (_ id: String, _ completion: @escaping @Sendable (LookupAnswer) -> Void) -> Void,
        tell: @escaping @Sendable (PurchaseNews) -> Void
    ) {
        self.lookUp = lookUp
        self.tell = tell
    }
}
