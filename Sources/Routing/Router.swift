import Keystrokes
import Patterns
import TextChecks

/// Decides about codes by the first route that takes them; where none does, by the ``BuiltInRule``s.
///
/// Pure, and owned by one thread, as the compiled patterns are. A decision allocates nothing that grows with the number of
/// routes: each pattern can be passed over by the code's first byte, the rest of them match in one ``MatchRoom``.
public final class Router {
    /// A route's pattern that cannot be compiled, counted from 1.
    public struct Fault: Error, Equatable, Sendable {
        public let route: Int
        public let pattern: Pattern.Fault
    }

    /// The patterns that may take too many steps on one code; then those behind are not tried any more, and the built-in rules
    /// decide. Without this a shop with many such patterns would wait for the sum of their limits.
    public static let maxGaveUp = 4

    /// The scanners whose routes are kept at hand. A shop has fewer; what comes and goes for years does not add up.
    private static let maxScanners = 64

    private let routes: [CompiledRoute]
    private var scanners: [String: ScannerRoutes] = [:]

    public init(routes: [Route]) throws(Fault) {
        let room = MatchRoom()
        var compiled: [CompiledRoute] = []
        for (index, route) in routes.enumerated() {
            do {
                compiled.append(try CompiledRoute(route, number: index + 1, room: room))
            } catch {
                throw Fault(route: index + 1, pattern: error)
            }
        }
        self.routes = compiled
    }

    /// Decides about a code.
    ///
    /// A pattern that takes too many steps on this code does not match: the next routes are tried, up to ``maxGaveUp`` times.
    ///
    /// - Parameter scanner: The id of the scanner that it comes from.
    public func decide(_ scan: Scan, scanner: String) -> RoutingDecision {
        guard let first = scan.code.first, let text = UTF8Text(scan.code) else {
            return decision(.noIdentifier, code: scan.code, gaveUpRoute: nil)
        }
        let symbology = scan.symbology
        var gaveUp = 0
        var gaveUpRoute: Int?
        for route in routes(of: scanner).routes {
            guard gaveUp < Self.maxGaveUp else { break }
            guard route.canBegin(with: first), route.holds(symbology) else { continue }
            switch route.take(text) {
            case .taken(let id): return decision(route, id: id, gaveUpRoute: gaveUpRoute)
            case .notTaken: continue
            case .gaveUp:
                gaveUp += 1
                gaveUpRoute = gaveUpRoute ?? route.number
            }
        }
        return decision(.rule(for: scan.code, aim: scan.aim), code: scan.code, gaveUpRoute: gaveUpRoute)
    }

    /// Whether a scanner may be taken only if there is a keyboard to pass its codes on with: if nothing is configured, for then
    /// the built-in rules pass products, or if a route that can take its codes passes some.
    public func needsKeyboard(scanner: String) -> Bool { routes(of: scanner).needsKeyboard }

    func routes(of scanner: String) -> ScannerRoutes {
        if let known = scanners[scanner] { return known }
        if scanners.count >= Self.maxScanners { scanners.removeAll(keepingCapacity: true) }
        let applying = routes.filter { $0.route.scanner.isEmpty || scanner.isLike($0.route.scanner) }
        let found = ScannerRoutes(applying, isAnyConfigured: !routes.isEmpty)
        scanners[scanner] = found
        return found
    }

    private func decision(_ taken: CompiledRoute, id: ArraySlice<UInt8>, gaveUpRoute: Int?) -> RoutingDecision {
        let route = taken.route
        return RoutingDecision(
            rule: .route(taken.number), route: route.name,
            memberID: route.lookup ? String(decoding: id, as: UTF8.self) : nil, pass: route.pass,
            gaveUpRoute: gaveUpRoute)
    }

    private func decision(_ rule: BuiltInRule, code: [UInt8], gaveUpRoute: Int?) -> RoutingDecision {
        RoutingDecision(
            rule: .builtIn(rule), memberID: rule == .member ? String(decoding: code, as: UTF8.self) : nil,
            pass: rule.pass, gaveUpRoute: gaveUpRoute)
    }
}
