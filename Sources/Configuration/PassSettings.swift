/// `[pass]`: how codes are typed on to the till.
public struct PassSettings: Equatable, Sendable {
    /// How long a code waits for the endpoint to say that it is no member's, in milliseconds from its scan, 50 to 10,000. Later it is
    /// dropped.
    public var waitMilliseconds = 1000

    /// What holds without a `[pass]`.
    public init() {}

    enum Key: String, CaseIterable {
        case wait = "wait_ms"
    }

    init(from table: TableReader<Key>) throws(ConfigurationError) {
        self.init()
        waitMilliseconds = try table.integer(.wait, in: 50...10_000) ?? waitMilliseconds
    }
}
