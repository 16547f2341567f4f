import CXKB

/// What each key of a keyboard layout types, as a table made once from the system's xkb keymaps.
///
/// Scanners type as a keyboard of one country. The keymap of that country is libxkbcommon's; asking it for every key in every
/// relevant state of the modifiers leaves a value of 8 KiB that decoders share and read without any call. NumLock counts as on:
/// a scanner that types on the keypad means digits, and the state of the lock is nobody's to know.
public struct Layout: Sendable {
    /// What pressing a key does.
    public enum Role: UInt8, Sendable {
        /// It types a character, or nothing that the layout names.
        case character
        case shift
        /// The third level, AltGr on most layouts.
        case levelThree
        case control
        case alt
        case capsLock
        /// A key whose state does not matter here: NumLock.
        case ignored
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
        static let count = 8
    }

    /// The name that the layout was made from, `layout` or `layout(variant)`.
    public let name: String
    private let roles: [Role]
    private let characters: [UInt32]

    static let keyCount = Int(EventCode.lastTypingKey) + 1

    init(name: String, roles: [Role], characters: [UInt32]) {
        self.name = name
        self.roles = roles
        self.characters = characters
    }

    /// What pressing a key does. Keys beyond the table are characters that are not named.
    @inlinable
    public func role(of key: UInt16) -> Role { key <= EventCode.lastTypingKey ? tableRole(key) : .character }

    @usableFromInline
    func tableRole(_ key: UInt16) -> Role { roles[Int(key)] }

    /// The Unicode scalar value that a key types, or 0 where the layout names none (also for dead keys).
    public func character(of key: UInt16, at level: Level) -> UInt32 {
        guard key <= EventCode.lastTypingKey else { return 0 }
        return characters[Int(key) * Level.count + Int(level.rawValue)]
    }
}
