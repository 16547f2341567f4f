/// What a server holds and has done since its start.
public struct LocalHTTPStatistics: Equatable, Sendable {
    /// Open connections.
    public var connections = 0
    /// Whole requests that were handed on.
    public var requests: UInt64 = 0
    /// Requests that the server, or who admits them, has refused.
    public var refused: UInt64 = 0
    /// Connections that were closed because a client was too slow or had nothing to say for too long.
    public var timedOut: UInt64 = 0
    /// Connections that were closed to make room for others.
    public var displaced: UInt64 = 0

    public init() {}
}
