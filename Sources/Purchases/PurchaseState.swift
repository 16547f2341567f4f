/// How far a purchase has got. The raw values are stored, and are those of the listener protocol and of `scanbridge purchases`.
public enum PurchaseState: String, CaseIterable, Sendable {
    /// It is to be sent.
    case queued
    /// The provider has taken it.
    case accepted
    /// The provider has refused it while the till waited, and the till was told.
    case rejected
    /// The provider has refused it when nobody waited any more, or it has grown too old: a person decides.
    case failed
    /// A person has given it up.
    case discarded

    /// Whether nothing more becomes of it by itself or by a person.
    public var isFinished: Bool {
        switch self {
        case .queued, .failed: false
        case .accepted, .rejected, .discarded: true
        }
    }
}
