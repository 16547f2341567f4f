/// What one server grants its clients.
public struct LocalHTTPLimits: Sendable {
    /// A request's body, without its transfer coding.
    public var maximumBodyBytes = 1 << 20
    /// A request's head, with its first line. At least 1024.
    public var maximumHeaderBytes = 16_384
    /// Connections at a time, at least 1. For one more, the one that has kept its place the longest without a whole request goes.
    public var maximumConnections = 64
    /// How long a request may take to come: the first one from the connection's begin, another one from its first line.
    public var requestMilliseconds = 10_000
    /// How long a connection may lie idle after an answer.
    public var idleMilliseconds = 60_000
    /// How long a client may take to receive an answer.
    public var writeMilliseconds = 10_000

    public init() {}
}
