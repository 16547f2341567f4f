/// What one listener may take up. Everything that a listener sends or leaves unread is bounded by one of these.
public struct ListenerLimits: Sendable {
    /// Bytes of a request line, without its line end.
    public var requestBytes = 65_536
    /// Bytes of a request's `id`.
    public var requestIDBytes = 256
    /// Bytes of the id that `lookup` is asked for.
    public var lookupIDBytes = 1024
    /// Lookups, purchases and questions about purchases of one listener that are not answered yet.
    public var outstandingCalls = 16
    /// Lines waiting to be read.
    public var queuedLines = 1024
    /// Bytes waiting to be read. A longer line passes if nothing else is waiting.
    public var queuedBytes = 1_048_576
    /// How long the oldest line may wait.
    public var queuedMilliseconds = 10_000
    /// With this many lines waiting no request is answered and no missed event added, until the listener has read.
    public var pauseLines = 128
    /// The same in bytes.
    public var pauseBytes = 131_072

    public init() {}
}
