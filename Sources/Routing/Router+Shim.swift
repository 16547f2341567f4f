import Keystrokes

extension Router {
    public func decide(_ scan: Scan, scanner: String) -> RoutingDecision { decide(scan.code) }
    public func needsKeyboard(scanner: String) -> Bool { routes.isEmpty || routes.contains { $0.route.pass != .never } }
    public func canPassEarly(scanner: String) -> Bool { false }
    public func passesEarly(_ partial: PartialCode, scanner: String) -> Bool { false }
}
