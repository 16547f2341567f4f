/// How one attempt to hand a purchase to the provider ended.
public enum SubmissionEnd: Equatable, Sendable {
    /// The provider has taken it. `answer` is what it said, for the till.
    case accepted(answer: [UInt8])
    /// The provider will never take it. `answer` says why, for the till.
    case rejected(answer: [UInt8], detail: String)
    /// Nobody knows whether it was taken, or it was not: it is to be sent again under the same key.
    case later(Postponement)
}

/// Why a purchase was not taken now.
public struct Postponement: Equatable, Sendable {
    /// The longest time that is waited since the provider asked for it: a day.
    static let longestMilliseconds = 86_400_000

    /// A short stable code, made of what this program knows.
    public var detail: String
    /// What the provider asked for, if it did.
    public var retryAfterMilliseconds: Int?
    /// Whether any other purchase would fare the same: no connection, a wrong token, a limit on requests.
    public var isEndpointWide: Bool

    public init(detail: String, retryAfterMilliseconds: Int? = nil, isEndpointWide: Bool) {
        self.detail = detail
        self.retryAfterMilliseconds = retryAfterMilliseconds
        self.isEndpointWide = isEndpointWide
    }

    /// The same, of an answer with a `Retry-After`: a day at the most is waited for.
    public init(detail: String, retryAfterSeconds: Int?, isEndpointWide: Bool) {
        self.init(
            detail: detail,
            retryAfterMilliseconds: retryAfterSeconds.map { min($0, Self.longestMilliseconds / 1000) * 1000 },
            isEndpointWide: isEndpointWide)
    }
}
