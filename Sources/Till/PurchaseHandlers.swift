import Loyalty

/// What the purchases' part asks of the service. Called on the till's thread.
public struct PurchaseHandlers: Sendable {
    /// Looks a member up for the till. The completion may be called on any thread, and is called once.
    public var lookUp: @Sendable (_ id: String, _ completion: @escaping @Sendable (LookupAnswer) -> Void) -> Void
    /// The provider has taken a purchase of these members: what was said of them before holds no longer. Called before whoever has handed it in is
    /// answered, so that a till which asks about the member next gets the new balance.
    public var membersChanged: @Sendable (_ members: [String]) -> Void
    /// Tells what has become of a purchase.
    public var tell: @Sendable (PurchaseNews) -> Void
    /// ``PurchaseStatus/concern`` is another than before.
    public var concernChanged: @Sendable () -> Void
    /// Keeps the till's listening socket beyond this process's life, so that a till that comes meanwhile waits and is not refused; nil for one that
    /// is not listened to any more.
    public var keepSocket: @Sendable (HandedSocket?) -> Void

    public init(
        lookUp: @escaping @Sendable (_ id: String, _ completion: @escaping @Sendable (LookupAnswer) -> Void) -> Void,
        membersChanged: @escaping @Sendable (_ members: [String]) -> Void,
        tell: @escaping @Sendable (PurchaseNews) -> Void,
        concernChanged: @escaping @Sendable () -> Void = {},
        keepSocket: @escaping @Sendable (HandedSocket?) -> Void = { _ in }
    ) {
        self.lookUp = lookUp
        self.membersChanged = membersChanged
        self.tell = tell
        self.concernChanged = concernChanged
        self.keepSocket = keepSocket
    }
}
