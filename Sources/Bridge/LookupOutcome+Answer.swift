import ListenerProtocol
import Loyalty

extension LookupOutcome {
    /// The member endpoint's answer as listeners are told.
    public init(_ answer: LookupAnswer) {
        self.init(
            status: answer.outcome.status.rawValue,
            member: answer.outcome.member.map { member in
                ListenerProtocol.Member(
                    id: member.id, name: member.name, balance: member.balance, displayText: member.displayText,
                    rewards: member.rewards)
            },
            lookupMilliseconds: answer.lookupMilliseconds, source: Source(answer.source))
    }
}

extension LookupOutcome.Source {
    fileprivate init(_ source: LookupAnswer.Source) {
        switch source {
        case .live: self = .live
        case .cache(let age): self = .cache(ageMilliseconds: age)
        }
    }
}

extension MemberOutcome.Status {
    /// Whether somebody who looks after the till should hear of it: not of unknown cards, which are everyday.
    var needsAttention: Bool {
        switch self {
        case .found, .notFound, .rejected: false
        case .misconfigured, .rateLimited, .unavailable: true
        }
    }
}
