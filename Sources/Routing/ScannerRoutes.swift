/// The routes that can take a code of one scanner, in order, and what follows from them alone.
final class ScannerRoutes {
    let routes: [CompiledRoute]
    let needsKeyboard: Bool
    let canPassEarly: Bool

    init(_ routes: [CompiledRoute], isAnyConfigured: Bool) {
        self.routes = routes
        needsKeyboard = !isAnyConfigured || routes.contains(where: \.route.mayPass)
        // The first route that no beginning of a code excludes must be one that passes it at once.
        let first = routes.first { !$0.canBeExcluded || $0.canBeCertain }
        canPassEarly = first?.canBeCertain ?? true
    }
}
