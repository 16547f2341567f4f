/// What follows from a code.
public struct RoutingDecision: Equatable, Sendable {
    /// What decided.
    public enum Rule: Equatable, Sendable {
        /// The configured route of this number, counted from 1.
        case route(Int)
        case builtIn(BuiltInRule)
    }

    public var rule: Rule
    /// The configured route's name; nil if a built-in rule decided.
    public var route: String?
    /// What the member endpoint is asked for; nil if it is not asked.
    public var memberID: String?
    /// Whether the code is typed on to the till.
    public var pass: Route.Pass
    /// The first route, counted from 1, whose pattern took too many steps on this code, so that it was passed over.
    public var gaveUpRoute: Int?

    /// Whether a pattern took too many steps.
    public var gaveUp: Bool { gaveUpRoute != nil }

    public init(
        rule: Rule, route: String? = nil, memberID: String? = nil, pass: Route.Pass, gaveUpRoute: Int? = nil
    ) {
        self.rule = rule
        self.route = route
        self.memberID = memberID
        self.pass = pass
        self.gaveUpRoute = gaveUpRoute
    }

    /// There is no endpoint to ask: who would wait for its answer waits for nothing, and there are no members' cards to keep from the
    /// till.
    public mutating func withoutEndpoint() {
        memberID = nil
        if pass == .notFound { pass = .always }
    }
}
