import SystemCalls

/// What the outbox holds, without anything of any member.
public struct OutboxCounts: Equatable, Sendable {
    public var queued = 0
    public var failed = 0
    /// Those that are kept only to know a sale that is sent again.
    public var finished = 0
    /// When the oldest that is queued was received.
    public var oldestQueuedAt: WallTime?
    /// The database's size, with its write-ahead log.
    public var bytes: Int64 = 0

    public init() {}
}
