/// What a key types at a level: a character, a dead key, or nothing that the layout names.
struct Symbol: Hashable, Sendable {
    /// 0, a Unicode scalar value, or ``deadBit`` and the number of a dead key.
    private let value: UInt32

    private static let deadBit: UInt32 = 1 << 31

    static let none = Symbol(value: 0)

    private init(value: UInt32) { self.value = value }

    init(character: UInt32) { self.init(value: character) }

    init(_ dead: DeadKey) { self.init(value: Self.deadBit | UInt32(dead.number)) }

    /// A Unicode scalar value; nil for a dead key and where there is none.
    var character: UInt32? { value == 0 || value & Self.deadBit != 0 ? nil : value }

    var deadKey: DeadKey? {
        value & Self.deadBit == 0 ? nil : DeadKey(number: UInt16(truncatingIfNeeded: value))
    }
}

/// A dead key, or several that were typed one behind the other and wait for a letter.
struct DeadKey: Hashable, Sendable {
    /// Counted from 0 within one layout.
    let number: UInt16
}

/// What a dead key and the key behind it make.
enum Composition: Equatable, Sendable {
    /// Characters in UTF-8. Few letters have no code point of their own, hence more than one.
    case text([UInt8])
    /// Two accents that wait for a letter together.
    case dead(DeadKey)
}

/// Everything that a layout's dead keys compose.
struct Compositions: Sendable {
    private struct Pair: Hashable {
        let accent: DeadKey
        let symbol: Symbol
    }

    private var table: [Pair: Composition] = [:]

    subscript(accent: DeadKey, symbol: Symbol) -> Composition? {
        get { table[Pair(accent: accent, symbol: symbol)] }
        set { table[Pair(accent: accent, symbol: symbol)] = newValue }
    }
}
