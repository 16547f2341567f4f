/// How purchases are sent.
public struct SubmissionLimits: Sendable {
    /// Purchases that are being sent at a time.
    public var inFlight = 4
    /// How long one attempt may last. It goes on when the till has been answered already.
    public var attemptMilliseconds = 30_000
    /// The wait before the second attempt; it doubles with each further one.
    public var firstPauseMilliseconds = 1000
    /// The longest wait of one purchase that alone is not taken.
    public var longestPauseMilliseconds = 300_000
    /// The longest wait where nothing is taken: then one request a minute finds out that it is over.
    public var longestOutagePauseMilliseconds = 60_000
    /// So many failures in a row, of whatever kind, are taken for an outage.
    public var failuresOfAnOutage = 3

    public init() {}
}
