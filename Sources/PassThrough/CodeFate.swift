/// What becomes of a code's keys.
public enum CodeFate: Equatable, Sendable {
    /// They are no matter of the till's.
    case dropped
    /// They are typed, or about to be.
    case passed
    /// The member endpoint's answer decides; the number names what waits.
    case waiting(Int)
}
