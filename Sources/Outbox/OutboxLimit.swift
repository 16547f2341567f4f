/// Which of the outbox's limits is reached. The raw values are stable codes.
public enum OutboxLimit: String, CaseIterable, Sendable {
    case count
    case size
}
