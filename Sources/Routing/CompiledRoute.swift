import Keystrokes
import Patterns
import TextChecks

/// A route made ready: what it can be passed over for is known before its pattern is tried.
final class CompiledRoute {
    /// How a code ended at a route.
    enum Outcome {
        /// It is taken, and this part of it, or what was made of it, is the id.
        case taken(id: ArraySlice<UInt8>)
        case notTaken
        case gaveUp
    }

    let route: Route
    /// Counted from 1.
    let number: Int
    /// Nil matches every code.
    let pattern: Pattern?
    let isAnchored: Bool
    /// The names as ``Scan/symbology`` writes them; nil if there is no such condition.
    let symbologies: [String]?
    private let idGroup: Int?
    private var firstBytes = FirstBytes()

    init(_ route: Route, number: Int, room: MatchRoom?) throws(Pattern.Fault) {
        self.route = route
        self.number = number
        let pattern = route.pattern.isEmpty ? nil : try Pattern(route.pattern, room: room)
        self.pattern = pattern
        isAnchored = pattern?.isAnchored ?? false
        idGroup = pattern?.number(ofGroup: "id")
        let wanted = Set(route.symbologies.map { $0.lowercased() })
        symbologies = wanted.isEmpty ? nil : Scan.symbologies.filter { wanted.contains($0.lowercased()) }
        if let pattern, isAnchored { firstBytes = FirstBytes(of: pattern) }
    }

    /// Whether a code of a symbology can be taken.
    func holds(_ symbology: String?) -> Bool {
        guard let symbologies else { return true }
        return symbology.map { symbologies.contains($0) } ?? false
    }

    /// Whether a code with this first byte can be taken. Of a hundred routes this passes over most without a match.
    func canBegin(with byte: UInt8) -> Bool { firstBytes.contains(byte) }

    /// Tries the pattern and the steps to the id.
    func take(_ code: UTF8Text) -> Outcome {
        var id = code.bytes[...]
        if let pattern {
            switch pattern.match(code) {
            case .noMatch: return .notTaken
            case .gaveUp: return .gaveUp
            case .matched: id = code.bytes[input(of: pattern) ?? 0..<code.bytes.count]
            }
        }
        for step in route.id {
            guard let result = step.result(of: id) else { return .notTaken }
            id = result
        }
        // What was taken out of a code must be an id. What the whole code is asked for is the configuration's own wish.
        let isSound = !route.id.contains(where: \.canFail) || String(decoding: id, as: UTF8.self).canBeMemberID
        return isSound ? .taken(id: id) : .notTaken
    }

    /// Where the id, or what it is made of, stands in the last match; nil for the whole code.
    private func input(of pattern: Pattern) -> Range<Int>? {
        if let idGroup, let range = pattern.range(ofGroup: idGroup) { return range }
        return route.id.first?.isExtraction ?? false ? nil : pattern.range(ofGroup: 0)
    }
}
