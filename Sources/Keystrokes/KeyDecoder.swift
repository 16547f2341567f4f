/// Follows which keys of one scanner are down and says what each press types.
///
/// It trusts nothing: a press of a key that is down and a release of one that is up show that an event is missing, and then a
/// character may be missing too.
struct KeyDecoder {
    /// What one key event means.
    enum Outcome: Equatable {
        /// Nothing to say: a modifier, a release, autorepeat.
        case nothing
        /// Something that will be a character when the next key or a release has come: a dead key, a digit with Alt.
        case begun
        /// A Unicode scalar value.
        case character(UInt32)
        /// What a dead key and a letter make, in UTF-8.
        case text([UInt8])
        /// A key that types nothing and is allowed to.
        case named
        /// A key or combination that the layout does not name.
        case undecodable
        /// A press of a key that is down already.
        case impossiblePress
        /// A release of a key that is not down.
        case impossibleRelease
    }

    let layout: Layout
    private let namedKeys: NamedKeys
    private var commands = CommandKeys()
    private var down = KeySet()
    private var held = Held()
    private var altCode = AltCode()
    private var deadKey: DeadKey?
    private var latch = Latch.none
    /// The key that types, of those that went down in this packet and are still down. A modifier that changes behind it in the same
    /// report may have been meant for it.
    private var freshKey: UInt16?

    /// Letters have the other case: Caps Lock was tapped, or its LED is on.
    private(set) var isCapsLocked = false

    /// How many keys of each modifier are down.
    private struct Held {
        var shift = 0
        var levelThree = 0
        var levelFive = 0
        var control = 0
        var alt = 0
        var logo = 0
        var characters = 0
    }

    /// Where a key that makes the next one type at the third level stands.
    private enum Latch {
        case none
        /// It is down, and nothing was typed meanwhile.
        case down
        /// It is down, and was the level's key for what was typed.
        case used
        case set
    }

    init(layout: Layout, namedKeys: NamedKeys = NamedKeys()) {
        self.layout = layout
        self.namedKeys = namedKeys
    }

    /// Since the last code, keys were pressed that are neither text nor Enter or Tab.
    var hasCommand: Bool { commands.wereTyped }

    mutating func forgetCommands() { commands = CommandKeys() }

    /// Whether a key that types is down.
    var isAnyCharacterDown: Bool { held.characters > 0 }
    /// Whether something that changes what the next key types is down or waits for that key.
    var isAnythingPending: Bool {
        held.shift + held.levelThree + held.levelFive + held.control + held.alt + held.logo > 0 || latch != .none
            || deadKey != nil
    }
    /// Whether nothing was pressed that is yet to mean something: keys that are down have typed what they type.
    var isAtRest: Bool { !isAnythingPending && !hasCommand && freshKey == nil }
    /// The keys that are down; nil if they are many.
    var fewDown: FewKeys? { down.few }
    var isAnyDeadKeyPending: Bool { deadKey != nil }
    var isControlDown: Bool { held.control > 0 }
    /// Whether a modifier is down that makes a command of a key.
    var isCommandDown: Bool { held.control + held.alt + held.logo > 0 }
    /// Whether a character that came with this key came of a number with Alt, on whose release it is made.
    func isNumber(of key: UInt16) -> Bool { layout.role(of: key) != .character }
    func isDown(_ key: UInt16) -> Bool { down.contains(key) }

    /// Forgets everything but Caps Lock: the events in between are lost.
    mutating func reset() {
        down.removeAll()
        held = Held()
        freshKey = nil
        codeEnded()
    }

    /// What a code has left unfinished is no part of the next one.
    mutating func codeEnded() {
        deadKey = nil
        latch = .none
        altCode = AltCode()
        if held.alt + held.levelThree > 0 { altCode.spoil() }
        commands = CommandKeys()
    }

    mutating func packetEnded() {
        freshKey = nil
        altCode.packetEnded()
    }

    private(set) var isCaseInDoubt = false

    /// Caps Lock is on or off.
    mutating func capsLockIs(on isOn: Bool) { isCapsLocked = isOn }

    /// The light of Caps Lock has gone on or off.
    mutating func capsLockLit(_ isOn: Bool) {
        isCapsLocked = isOn
        isCaseInDoubt = false
    }

    /// Nobody knows whether letters have the other case.
    mutating func caseIsInDoubt() { isCaseInDoubt = true }

    /// A key was down before the first event; its press types nothing.
    mutating func found(down key: UInt16) {
        let wasCapsLocked = isCapsLocked
        _ = pressed(key)
        isCapsLocked = wasCapsLocked
        codeEnded()
        packetEnded()
    }

    mutating func pressed(_ key: UInt16) -> Outcome {
        guard down.insert(key) else { return .impossiblePress }
        let role = layout.role(of: key)
        switch role {
        case .character:
            held.characters += 1
            defer { freshKey = key }
            return typed(key)
        case .numLock:
            commands.numLockTapped()
            return .nothing
        case .scrollLock:
            commands.typed()
            return .nothing
        case .unsupported: return .undecodable
        case .levelThreeLatch:
            // With a modifier it is a key as any other.
            guard level.isSubset(of: .capsLock) else {
                held.characters += 1
                defer { freshKey = key }
                return typed(key)
            }
            latch = .down
        case .capsLock: isCapsLocked.toggle()
        case .alt, .levelThree:
            if held.alt + held.levelThree == 0 { altCode = AltCode() }
            count(role, 1)
        case .control, .logo:
            commands.modifierPressed()
            count(role, 1)
        case .shift, .levelFive: count(role, 1)
        }
        let isInDoubt = layout.isConditional(key) && held.shift + held.levelThree + held.levelFive > 1
        return freshKey == nil && !isInDoubt ? .nothing : .undecodable
    }

    mutating func released(_ key: UInt16) -> Outcome {
        guard down.remove(key) else { return .impossibleRelease }
        let role = layout.role(of: key)
        switch role {
        case .character:
            held.characters -= 1
            if freshKey == key { freshKey = nil }
            return .nothing
        case .capsLock, .numLock, .scrollLock, .unsupported: return .nothing
        case .levelThreeLatch:
            guard latch == .down || latch == .used else {
                held.characters -= 1
                if freshKey == key { freshKey = nil }
                return .nothing
            }
            latch = latch == .down ? .set : .none
        case .alt, .levelThree:
            count(role, -1)
            guard freshKey == nil else { return .undecodable }
            return held.alt + held.levelThree == 0 ? altCodeEnded(by: role) : .nothing
        case .control, .logo:
            commands.modifierReleased()
            count(role, -1)
        case .shift, .levelFive: count(role, -1)
        }
        return freshKey == nil ? .nothing : .undecodable
    }

    private mutating func count(_ role: Layout.Role, _ step: Int) {
        switch role {
        case .shift: held.shift += step
        case .levelThree: held.levelThree += step
        case .levelFive: held.levelFive += step
        case .control: held.control += step
        case .alt: held.alt += step
        case .logo: held.logo += step
        case .character, .levelThreeLatch, .capsLock, .numLock, .scrollLock, .unsupported: break
        }
    }

    // MARK: What a press types

    private var level: Layout.Level {
        var level = Layout.Level()
        if held.shift > 0 { level.insert(.shift) }
        if held.levelThree > 0 || latch != .none { level.insert(.levelThree) }
        if held.levelFive > 0 { level.insert(.levelFive) }
        if isCapsLocked { level.insert(.capsLock) }
        return level
    }

    private mutating func typed(_ key: UInt16) -> Outcome {
        let outcome = meaning(of: key)
        if held.control + held.logo > 0 { commands.modifierUsed() }
        if namedKeys.contains(key, with: modifiers) {
            guard outcome == .undecodable else { return outcome }
            // Its Alt makes no character.
            if held.alt > 0 { altCode.spoil() }
            return .named
        }
        // Ctrl+M and its like are Enter and Tab to whoever reads them.
        if held.control > 0, outcome != .character(9), outcome != .character(10), outcome != .character(13) {
            commands.typed()
        }
        return outcome
    }

    private var modifiers: NamedKeys.Modifiers {
        var modifiers = NamedKeys.Modifiers()
        if held.control > 0 { modifiers.insert(.control) }
        if held.alt > 0 { modifiers.insert(.alt) }
        if held.logo > 0 { modifiers.insert(.logo) }
        return modifiers
    }

    private mutating func meaning(of key: UInt16) -> Outcome {
        let level = level
        latch = latch == .none || latch == .set ? .none : .used
        if held.logo > 0 { return .undecodable }
        let symbol = layout.symbol(of: key, at: level)
        if isCaseInDoubt, symbol != layout.symbol(of: key, at: level.symmetricDifference(.capsLock)) {
            return .undecodable
        }
        if held.control > 0 {
            guard held.alt == 0, deadKey == nil, AltCode.digit(of: key) == nil else { return .undecodable }
            let character = ControlKeys.character(of: key, typing: symbol.character ?? 0, at: level)
            return character.map { .character($0) } ?? .undecodable
        }
        if held.alt > 0 || (level.contains(.levelThree) && symbol == .none) {
            return altDigit(of: key)
        }
        return composed(symbol)
    }

    private mutating func composed(_ symbol: Symbol) -> Outcome {
        guard let accent = deadKey else {
            deadKey = symbol.deadKey
            return symbol.character.map { .character($0) } ?? (deadKey == nil ? .undecodable : .begun)
        }
        deadKey = nil
        switch layout.composed(accent, symbol) {
        case .text(let text): return .text(text)
        case .dead(let accents):
            deadKey = accents
            return .begun
        case nil: return .undecodable
        }
    }

    /// A digit of a character's number. Right Alt is a level's key in many countries, but not on the keypad.
    private mutating func altDigit(of key: UInt16) -> Outcome {
        guard let digit = AltCode.digit(of: key), held.alt + held.levelThree > 0, held.shift == 0, deadKey == nil,
            !altCode.isSpoilt
        else {
            altCode.spoil()
            return .undecodable
        }
        altCode.typed(digit)
        return .begun
    }

    /// The last Alt went up. Alt alone types nothing, so something is missing; AltGr alone may be a level's key come too early.
    private mutating func altCodeEnded(by role: Layout.Role) -> Outcome {
        defer { altCode = AltCode() }
        if altCode.isSpoilt { return .nothing }
        if altCode.isEmpty { return role == .alt ? .undecodable : .nothing }
        guard let character = altCode.character else { return .undecodable }
        if character < 0x20 || character == 0x7F { commands.typed() }
        return .character(character)
    }
}
