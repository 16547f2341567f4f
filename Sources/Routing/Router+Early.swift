import Keystrokes
import Patterns
import TextChecks

/// Decisions before a code is complete.
extension Router {
    /// The bytes of a code with which an early decision is tried. A code that is undecided then waits for its end.
    public static let maxEarlyBytes = 64

    /// Whether there is a code of this scanner at all that ``passesEarly(_:aim:scanner:)`` could be true for.
    public func canPassEarly(scanner: String) -> Bool { routes(of: scanner).canPassEarly }

    /// Whether a code that begins so is passed at once and not looked up, whatever follows: each route before the one that takes
    /// it is excluded, and that one is certain. Made for each key: nothing is allocated, and a pattern that takes long on a
    /// beginning leaves it undecided.
    ///
    /// - Parameters:
    ///   - text: The code so far, without an AIM identifier, prefix and framing.
    ///   - aim: The identifier that stood in front and will be the scan's.
    public func passesEarly(_ text: UnsafeBufferPointer<UInt8>, aim: AIMIdentifier?, scanner: String) -> Bool {
        let routes = routes(of: scanner)
        guard routes.canPassEarly, let first = text.first, text.count <= Self.maxEarlyBytes else { return false }
        for route in routes.routes {
            switch route.beginning(text, first: first, aim: aim) {
            case .excluded: continue
            case .certain: return route.canBeCertain
            case .open: return false
            }
        }
        return BuiltInRule.isNoIdentifier(beginning: text)
    }

    public func passesEarly(_ text: ArraySlice<UInt8>, aim: AIMIdentifier?, scanner: String) -> Bool {
        text.withUnsafeBufferPointer { passesEarly($0, aim: aim, scanner: scanner) }
    }
}

extension CompiledRoute {
    /// Whether the route is one that a code can be passed for before it is complete: nothing is looked up and no step can fail.
    var canBeCertain: Bool {
        route.pass == .always && !route.lookup && route.id.isEmpty
    }

    /// Whether a beginning or an identifier can exclude the route.
    var canBeExcluded: Bool { isAnchored || symbologies != nil }

    /// Whether a code that begins so is taken by this route's conditions.
    fileprivate func beginning(
        _ text: UnsafeBufferPointer<UInt8>, first: UInt8, aim: AIMIdentifier?
    ) -> Pattern.Beginning {
        guard canBegin(with: first), canHold(aim) else { return .excluded }
        let beginning = pattern?.beginning(text) ?? .certain
        // Without an identifier the symbology is guessed when the code is complete.
        let isSymbologyOpen = symbologies != nil && aim == nil
        return beginning == .certain && isSymbologyOpen ? .open : beginning
    }

    private func canHold(_ aim: AIMIdentifier?) -> Bool {
        guard let symbologies else { return true }
        return aim == nil ? symbologies.contains(where: Scan.guessedSymbologies.contains) : holds(aim?.symbology)
    }
}
