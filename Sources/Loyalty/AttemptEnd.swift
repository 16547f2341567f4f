/// How one request to the endpoint ended.
struct AttemptEnd: Equatable, Sendable {
    var outcome: MemberOutcome
    /// Whether the same request may end better a moment later.
    var mayRetry: Bool
    /// The answer's body as it came; empty where there was none.
    var body: [UInt8]
    /// What the endpoint asked for, if it did.
    var retryAfterMilliseconds: Int?
    /// By how many seconds the endpoint's clock is ahead of this one, if it said so.
    var clockAheadSeconds: Int?

    init(
        _ outcome: MemberOutcome, body: [UInt8] = [], retryAfterMilliseconds: Int? = nil, clockAheadSeconds: Int? = nil
    ) {
        self.body = body
        self.clockAheadSeconds = clockAheadSeconds
        self.outcome = outcome
        self.retryAfterMilliseconds = retryAfterMilliseconds
        switch outcome.status {
        case .found, .notFound, .rejected, .misconfigured: mayRetry = false
        // Only after the pause that was asked for, and that is the machine's to judge.
        case .rateLimited: mayRetry = retryAfterMilliseconds != nil
        // A certificate does not become right within a lookup.
        case .unavailable: mayRetry = outcome.detail != .certificate && outcome.detail != .stopped
        }
    }
}
