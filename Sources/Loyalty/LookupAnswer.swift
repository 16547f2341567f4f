/// What one who asked for a member is told.
public struct LookupAnswer: Equatable, Sendable {
    /// Where the outcome comes from.
    public enum Source: Equatable, Sendable {
        /// The endpoint was asked, or this program found that it cannot be.
        case live
        /// The endpoint said so a moment ago.
        case cache(ageMilliseconds: Int)
    }

    public let outcome: MemberOutcome
    /// From the scan to the outcome.
    public let lookupMilliseconds: Int
    public let source: Source
    /// The endpoint's answer as it came; empty where there was none.
    public let body: [UInt8]

    public init(outcome: MemberOutcome, lookupMilliseconds: Int, source: Source, body: [UInt8] = []) {
        self.outcome = outcome
        self.lookupMilliseconds = lookupMilliseconds
        self.source = source
        self.body = body
    }
}
