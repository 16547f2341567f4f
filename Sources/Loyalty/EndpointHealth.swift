import SystemCalls

/// How the member endpoint has been doing, for the status and the snapshot. It holds nothing about any member.
public struct EndpointHealth: Equatable, Sendable {
    public enum State: String, CaseIterable, Sendable {
        /// Not asked yet.
        case unknown
        /// The last outcome that the endpoint had a part in was `found`, `not_found` or `rejected`.
        case ok
        case failing
    }

    public private(set) var state = State.unknown
    /// The last outcome that the endpoint had a part in.
    public private(set) var lastStatus: MemberOutcome.Status?
    public private(set) var lastDetail: OutcomeDetail?
    public private(set) var lastOutcomeAt: MonotonicTime?
    /// Outcomes in a row that were none of the good ones.
    public private(set) var failuresInARow = 0

    /// By how many seconds the endpoint's clock was ahead of this one at its last answer that said so.
    public internal(set) var clockAheadSeconds: Int?

    /// Lookups that were asked for.
    public internal(set) var lookups = 0
    /// Requests that were made, and those among them that repeated one.
    public internal(set) var attempts = 0
    public internal(set) var retries = 0
    /// Lookups that an answer of a moment ago, or another's request, served.
    public internal(set) var cached = 0
    public internal(set) var shared = 0
    /// Answers given, by status.
    public internal(set) var answers: [MemberOutcome.Status: Int] = [:]

    public init() {}

    mutating func ended(_ outcome: MemberOutcome, at now: MonotonicTime) {
        lastStatus = outcome.status
        lastDetail = outcome.detail
        lastOutcomeAt = now
        switch outcome.status {
        case .found, .notFound, .rejected:
            state = .ok
            failuresInARow = 0
        case .misconfigured, .rateLimited, .unavailable:
            state = .failing
            failuresInARow += 1
        }
    }
}
