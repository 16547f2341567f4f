import ListenerProtocol
import Loyalty

extension MemberOutcome.Status {
    /// Why a code that waited for this answer is not typed on to the till; nil if it is. Only who is told that nobody has this number
    /// may take it for a product's.
    var passRefusal: PassRefusal? {
        switch self {
        case .notFound: nil
        case .found: .member
        case .rejected, .misconfigured, .rateLimited, .unavailable: .unanswered
        }
    }
}
