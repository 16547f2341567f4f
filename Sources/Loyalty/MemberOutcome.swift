/// How a lookup ended.
public struct MemberOutcome: Equatable, Sendable {
    /// What it means for the till. The raw values are those of the listener protocol.
    public enum Status: String, CaseIterable, Sendable {
        case found
        /// The endpoint says that there is no such member. Nothing else means that.
        case notFound = "not_found"
        /// The endpoint, or this program, does not take the id for one.
        case rejected
        /// Something that a person must put right: the token, the address, the mapping.
        case misconfigured
        case rateLimited = "rate_limited"
        /// The endpoint gave no answer, or none in time. Trying again may help.
        case unavailable
    }

    public let status: Status
    /// Set if, and only if, the status is `found`.
    public let member: Member?
    /// Why, as a code for logs and commands.
    public let detail: OutcomeDetail

    private init(status: Status, member: Member?, detail: OutcomeDetail) {
        self.status = status
        self.member = member
        self.detail = detail
    }

    public static func found(_ member: Member) -> MemberOutcome {
        MemberOutcome(status: .found, member: member, detail: .http(200))
    }

    public static let notFound = MemberOutcome(status: .notFound, member: nil, detail: .http(404))

    public static func rejected(_ detail: OutcomeDetail) -> MemberOutcome {
        MemberOutcome(status: .rejected, member: nil, detail: detail)
    }

    public static func misconfigured(_ detail: OutcomeDetail) -> MemberOutcome {
        MemberOutcome(status: .misconfigured, member: nil, detail: detail)
    }

    public static func rateLimited(_ detail: OutcomeDetail) -> MemberOutcome {
        MemberOutcome(status: .rateLimited, member: nil, detail: detail)
    }

    public static func unavailable(_ detail: OutcomeDetail) -> MemberOutcome {
        MemberOutcome(status: .unavailable, member: nil, detail: detail)
    }
}

extension MemberOutcome: CustomStringConvertible {
    /// Status and detail, and nothing of the member.
    public var description: String { "\(status.rawValue) (\(detail))" }
}
