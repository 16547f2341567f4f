import Patterns

/// What follows from a code.
public struct RoutingDecision: Equatable, Sendable {
    /// The route's name; nil if none matched.
    public var route: String?
    /// What the member endpoint is asked for; nil if it is not asked.
    public var memberID: String?
    public var pass: Route.Pass

    public init(route: String?, memberID: String?, pass: Route.Pass) {
        self.pass = pass
        self.route = route
        self.memberID = memberID
    }
}

/// Decides by the first route that matches. A code that none matches is a member's identifier.
///
/// Owned by one thread, as the compiled patterns are.
public final class Router {
    /// A route's pattern that cannot be compiled, counted from 1.
    public struct Fault: Error, Equatable, Sendable {
        public let route: Int
        public let pattern: Pattern.Fault
    }

    struct Compiled {
        let route: Route
        /// Nil matches every code.
        let pattern: Pattern?
    }

    let routes: [Compiled]

    public init(routes: [Route]) throws(Fault) {
        var compiled: [Compiled] = []
        for (index, route) in routes.enumerated() {
            do {
                compiled.append(
                    Compiled(route: route, pattern: route.pattern.isEmpty ? nil : try Pattern(route.pattern)))
            } catch {
                throw Fault(route: index + 1, pattern: error)
            }
        }
        self.routes = compiled
    }

    /// Decides about a code in UTF-8.
    ///
    /// A pattern that takes too long on this code does not match: the next routes are tried, and the match has cost its limit.
    public func decide(_ code: [UInt8]) -> RoutingDecision {
        for compiled in routes {
            guard let pattern = compiled.pattern else { return decision(compiled.route, id: code[...]) }
            guard pattern.match(code) == .matched else { continue }
            let range = pattern.range(ofGroup: "id") ?? pattern.range(ofGroup: 0) ?? 0..<code.count
            return decision(compiled.route, id: code[range])
        }
        return RoutingDecision(route: nil, memberID: String(decoding: code, as: UTF8.self), pass: .notFound)
    }

    private func decision(_ route: Route, id: ArraySlice<UInt8>) -> RoutingDecision {
        RoutingDecision(
            route: route.name, memberID: route.lookup ? String(decoding: id, as: UTF8.self) : nil, pass: route.pass)
    }
}
