import Keystrokes
import Patterns
import TextChecks

/// A configured route, or a part of one, that no code reaches.
public struct RouteWarning: Equatable, Sendable {
    /// The route's place, counted from 1, and its name.
    public let number: Int
    public let name: String
    /// What makes it so, and what to do.
    public let reason: String

    /// What there is to say of routes, in their order. Only what is certain is said: a route of which nothing is said may still
    /// be reached by no code.
    public static func warnings(_ routes: [Route]) -> [RouteWarning] {
        routes.enumerated().flatMap { index, route in
            let reasons = [
                obstacle(to: route, among: routes[..<index]), lengthFault(route), symbologyFault(route),
            ]
            return reasons.compactMap { $0 }.map { RouteWarning(number: index + 1, name: route.name, reason: $0) }
        }
    }

    /// A route in front that takes all that this one could.
    private static func obstacle(to route: Route, among earlier: ArraySlice<Route>) -> String? {
        guard let index = earlier.firstIndex(where: { $0.takesAll(of: route) }) else { return nil }
        let other = "route \(index + 1) \"\(earlier[index].name.printable)\""
        let what =
            if earlier[index].pattern.isEmpty {
                earlier[index].symbologies.isEmpty && earlier[index].scanner.isEmpty
                    ? "takes every code" : "takes every code of the same symbologies and scanners"
            } else if earlier[index].pattern == route.pattern {
                "has the same pattern"
            } else {
                "takes every code that begins so"
            }
        return "nothing reaches it: \(other) in front of it \(what); put this one in front of that, or take it out"
    }

    private static func lengthFault(_ route: Route) -> String? {
        guard let pattern = try? Pattern.configured(route.pattern), pattern.minimumLength > ScanDecoder.maximumLength
        else { return nil }
        return "nothing reaches it: its pattern needs \(pattern.minimumLength) characters, and a code has at most "
            + "\(ScanDecoder.maximumLength); let it take shorter ones, or take it out"
    }

    private static func symbologyFault(_ route: Route) -> String? {
        let known = Scan.symbologies
        let unknown = route.symbologies.filter { name in !known.contains { $0.lowercased() == name.lowercased() } }
        guard let first = unknown.first else { return nil }
        let isReached = unknown.count < route.symbologies.count
        let advice = nearest(to: first, in: known).map { "did you mean \"\($0)\"" } ?? "see the names in scan events"
        return "\(isReached ? "a part of it is never used" : "nothing reaches it"): no code has the symbology "
            + "\"\(first.printable)\"; \(advice)\(advice.hasPrefix("did") ? "?" : "")"
    }

    /// The name with the same letters and digits, or the shortest that begins or ends with them.
    private static func nearest(to name: String, in known: Set<String>) -> String? {
        let wanted = name.alphanumerics
        guard wanted.count >= 2 else { return nil }
        let alike = known.filter { $0.alphanumerics.hasPrefix(wanted) || $0.alphanumerics.hasSuffix(wanted) }
        return alike.min { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
    }
}

extension Route {
    /// Whether no code that the other route could take gets past this one.
    fileprivate func takesAll(of other: Route) -> Bool {
        guard !id.contains(where: \.canFail) else { return false }
        let isScannerCovered =
            ["", "*", other.scanner].contains(scanner)
            || (!other.scanner.isEmpty && !other.scanner.contains { "*?[\\".contains($0) }
                && other.scanner.isLike(scanner))
        let names = Set(symbologies.map { $0.lowercased() })
        let isSymbologyCovered =
            names.isEmpty
            || (!other.symbologies.isEmpty && other.symbologies.allSatisfy { names.contains($0.lowercased()) })
        return isScannerCovered && isSymbologyCovered && takesPattern(of: other)
    }

    private func takesPattern(of other: Route) -> Bool {
        if pattern.isEmpty || pattern == other.pattern { return true }
        let own = LiteralPrefix(pattern)
        return own.isWhole && !own.text.isEmpty && LiteralPrefix(other.pattern).text.utf8.starts(with: own.text.utf8)
    }
}

extension String {
    fileprivate var alphanumerics: String { filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.lowercased() }
}
