/// One `[[route]]` of the configuration: what follows from a decoded code.
public struct Route: Equatable, Sendable {
    /// Whether a code is typed on to the till.
    public enum Pass: String, CaseIterable, Sendable {
        case never
        case always
        case notFound = "not_found"
    }

    /// The name that events and the status show.
    public var name: String
    /// Regular expression on the decoded code; group `id` is the member id, else the whole match. Empty matches every code.
    public var pattern: String
    /// Whether the member endpoint is asked.
    public var lookup: Bool
    public var pass: Pass

    public init(name: String, pattern: String = "", lookup: Bool = true, pass: Pass = .never) {
        self.name = name
        self.pattern = pattern
        self.lookup = lookup
        self.pass = pass
    }
}
