/// One `[[route]]` of the configuration: which codes it takes, and what follows from them.
public struct Route: Equatable, Sendable {
    /// Whether a code is typed on to the till.
    public enum Pass: String, CaseIterable, Sendable {
        case never
        case always
        /// When the member endpoint has answered that there is no such member.
        case notFound = "not_found"
    }

    /// The name that events and the status show.
    public var name: String
    /// Regular expression on the decoded code; group `id` is the member id, else the whole match. Empty matches every code.
    public var pattern: String
    /// Symbologies as events name them, compared without case, of which the code must have one; empty for any or none.
    public var symbologies: [String]
    /// Glob on the id of the scanner that the code comes from; empty for every scanner.
    public var scanner: String
    /// Makes the member id out of the code, one step after the other. If one fails, the route does not match.
    public var id: [IDStep]
    /// Whether the member endpoint is asked.
    public var lookup: Bool
    public var pass: Pass

    /// Whether some code that it takes may be typed on.
    public var mayPass: Bool { pass != .never }

    public init(
        name: String, pattern: String = "", symbologies: [String] = [], scanner: String = "", id: [IDStep] = [],
        lookup: Bool = true, pass: Pass = .never
    ) {
        self.name = name
        self.pattern = pattern
        self.symbologies = symbologies
        self.scanner = scanner
        self.id = id
        self.lookup = lookup
        self.pass = pass
    }
}

extension [Route] {
    /// Whether some code may be typed on to the till, which takes a keyboard: the built-in rules, which hold where no route is configured,
    /// pass products.
    public var needKeyboard: Bool { isEmpty || contains(where: \.mayPass) }
}
