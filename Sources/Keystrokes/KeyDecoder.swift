/// Follows which keys of one scanner are down and says what each press types.
///
/// It trusts nothing: a press of a key that is down and a release of one that is up show that an event is missing, and then a
/// character may be missing too.
struct KeyDecoder {
    /// What one key event means.
    enum Outcome: Equatable {
        /// Nothing to say: a modifier, a release, autorepeat.
        case nothing
        /// A Unicode scalar value.
        case character(UInt32)
        /// A key or combination that the layout does not name.
        case undecodable
        /// A press of a key that is down already.
        case impossiblePress
        /// A release of a key that is not down.
        case impossibleRelease
    }

    let layout: Layout
    private var down = KeySet()
    private var isCapsLocked = false
    private var held = Held()

    /// How many keys of each modifier are down.
    private struct Held {
        var shift = 0
        var levelThree = 0
        var control = 0
        var alt = 0
        var characters = 0
    }

    init(layout: Layout) {
        self.layout = layout
    }

    /// Whether a key that types, or a modifier that changes what is typed, is down.
    var isAnyCharacterDown: Bool { held.characters > 0 }
    var isAnyModifierDown: Bool { held.shift + held.levelThree + held.control + held.alt > 0 }
    var isControlDown: Bool { held.control > 0 }

    /// Forgets everything: the events in between are lost.
    mutating func reset() {
        self = KeyDecoder(layout: layout)
    }

    /// A key was down before the first event; its press types nothing.
    mutating func found(down key: UInt16) {
        switch pressed(key) {
        case .nothing, .character, .undecodable, .impossiblePress, .impossibleRelease: break
        }
    }

    mutating func pressed(_ key: UInt16) -> Outcome {
        guard down.insert(key) else { return .impossiblePress }
        switch layout.role(of: key) {
        case .character:
            held.characters += 1
            return character(of: key)
        case .shift: held.shift += 1
        case .levelThree: held.levelThree += 1
        case .control: held.control += 1
        case .alt: held.alt += 1
        case .capsLock: isCapsLocked.toggle()
        case .ignored: break
        case .unsupported: return .undecodable
        }
        return .nothing
    }

    mutating func released(_ key: UInt16) -> Outcome {
        guard down.remove(key) else { return .impossibleRelease }
        switch layout.role(of: key) {
        case .character: held.characters -= 1
        case .shift: held.shift -= 1
        case .levelThree: held.levelThree -= 1
        case .control: held.control -= 1
        case .alt: held.alt -= 1
        case .capsLock, .ignored, .unsupported: break
        }
        return .nothing
    }

    private func character(of key: UInt16) -> Outcome {
        if held.alt > 0 { return .undecodable }
        var level = Layout.Level()
        if held.shift > 0 { level.insert(.shift) }
        if held.levelThree > 0 { level.insert(.levelThree) }
        if isCapsLocked { level.insert(.capsLock) }
        if held.control > 0 { return controlCharacter(of: key, at: level) }
        let character = layout.character(of: key, at: level)
        return character == 0 ? .undecodable : .character(character)
    }

    /// Ctrl with a letter or one of `[ \ ] ^ _ @` is a control character, as on any terminal. NUL is none: nothing that a
    /// code may hold looks like it.
    private func controlCharacter(of key: UInt16, at level: Layout.Level) -> Outcome {
        let character = layout.character(of: key, at: level)
        switch character {
        case 0x61...0x7A: return .character(character - 0x60)
        case 0x41...0x5F: return .character(character - 0x40)
        default: return .undecodable
        }
    }
}

/// The keys that are down, a bit each.
private struct KeySet {
    private var words = [UInt64](repeating: 0, count: Int(EventCode.lastKey) / 64 + 1)

    /// Adds a key; false if it was there. A code beyond KEY_MAX is never there.
    mutating func insert(_ key: UInt16) -> Bool {
        guard key <= EventCode.lastKey else { return true }
        let (word, bit) = (Int(key) / 64, UInt64(1) << (key % 64))
        defer { words[word] |= bit }
        return words[word] & bit == 0
    }

    /// Takes a key out; false if it was not there.
    mutating func remove(_ key: UInt16) -> Bool {
        guard key <= EventCode.lastKey else { return true }
        let (word, bit) = (Int(key) / 64, UInt64(1) << (key % 64))
        defer { words[word] &= ~bit }
        return words[word] & bit != 0
    }
}
