/// What was found when the outbox was opened.
public enum OutboxOpening: Equatable, Sendable {
    case opened
    /// There was none, or an empty file.
    case created
    /// The database was damaged. It was moved to `path`, its log beside it, and what could be read whole was taken over into a new one.
    case setAside(path: String, salvaged: Int)
}
