/// Keys that type no text and that a scanner is allowed to type all the same, by its `pass_keys`: such as the function key with which
/// some tills' scanners are set up to begin each code.
public struct NamedKeys: Equatable, Sendable {
    /// The modifiers that make a command of a key.
    public struct Modifiers: OptionSet, Hashable, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let control = Modifiers(rawValue: 1)
        public static let alt = Modifiers(rawValue: 2)
        public static let logo = Modifiers(rawValue: 4)
    }

    private var combinations: [Modifiers: KeySet] = [:]

    public init() {}

    /// Allows a key with exactly these modifiers, with Shift or without.
    public mutating func allow(_ key: UInt16, with modifiers: Modifiers = []) {
        _ = combinations[modifiers, default: KeySet()].insert(key)
    }

    /// The combinations in an order that is the same in every process.
    var canonical: [(Modifiers, [UInt16])] {
        combinations.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { modifiers, keys in (modifiers, (0...EventCode.lastKey).filter { keys.contains($0) }) }
    }

    func contains(_ key: UInt16, with modifiers: Modifiers) -> Bool {
        !combinations.isEmpty && combinations[modifiers]?.contains(key) ?? false
    }
}
