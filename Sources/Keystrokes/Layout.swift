/// What each key of a keyboard layout types, as a table made once from the system's xkb keymaps.
///
/// Scanners type as a keyboard of one country. The keymap of that country is libxkbcommon's, and so is the table of what its dead
/// keys compose; asking both for every key in every relevant state of the modifiers leaves a value of 16 KiB that decoders
/// share and read without any call. NumLock counts as on: a scanner that types on the keypad means digits, and the state of the
/// lock is nobody's to know.
public struct Layout: Sendable {
    /// What pressing a key does.
    public enum Role: UInt8, Sendable {
        /// It types a character, or nothing that the layout names.
        case character
        case shift
        /// The third level, AltGr on most layouts.
        case levelThree
        /// The third level for the next key.
        case levelThreeLatch
        /// The fifth level, which few layouts have.
        case levelFive
        case control
        case alt
        /// The Windows key and its like, with which nothing types.
        case logo
        case capsLock
        /// Keypads type digits here, on or off.
        case numLock
        case scrollLock
        /// It changes the keyboard's state in a way that no scanner was seen to use, so that what follows is in doubt.
        case unsupported
    }

    /// The state of the modifiers that decide what a key types.
    public struct Level: OptionSet, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let shift = Level(rawValue: 1)
        public static let levelThree = Level(rawValue: 2)
        public static let capsLock = Level(rawValue: 4)
        public static let levelFive = Level(rawValue: 8)
        static let count = 16
    }

    /// The name that the layout was made from, `layout` or `layout(variant)`.
    public let name: String
    private let roles: [Role]
    /// Modifiers that are something else while another one is down.
    private let conditional: Set<UInt16>
    private let symbols: [Symbol]
    private let compositions: Compositions

    static let keyCount = Int(EventCode.lastTypingKey) + 1

    init(name: String, roles: [Role], conditional: Set<UInt16>, symbols: [Symbol], compositions: Compositions) {
        self.name = name
        self.roles = roles
        self.conditional = conditional
        self.symbols = symbols
        self.compositions = compositions
    }

    /// What pressing a key does. Keys beyond the table are characters that are not named.
    public func role(of key: UInt16) -> Role { key <= EventCode.lastTypingKey ? roles[Int(key)] : .character }

    /// The Unicode scalar value that a key types, or 0 where the layout names none and for dead keys.
    public func character(of key: UInt16, at level: Level) -> UInt32 { symbol(of: key, at: level).character ?? 0 }

    /// Whether a modifier is one of another kind while a modifier of another level is down.
    func isConditional(_ key: UInt16) -> Bool { !conditional.isEmpty && conditional.contains(key) }

    /// What a key types.
    func symbol(of key: UInt16, at level: Level) -> Symbol {
        guard key <= EventCode.lastTypingKey else { return .none }
        return symbols[Int(key) * Level.count + Int(level.rawValue)]
    }

    /// What a dead key and what was typed behind it make; nil if they make nothing.
    func composed(_ accent: DeadKey, _ symbol: Symbol) -> Composition? { compositions[accent, symbol] }
}
