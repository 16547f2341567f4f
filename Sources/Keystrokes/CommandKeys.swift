/// Whether a code's keys are more than text, Enter and Tab: a pure state machine.
///
/// Ctrl and the Windows key are commands by themselves unless they make an Enter, a Tab or a key that is allowed by name. NumLock
/// comes in pairs around keypad digits; a single tap changes what the till's own keypad types.
struct CommandKeys {
    private var isModifierUnused = false
    private var isNumLockOdd = false
    private var isTyped = false

    var wereTyped: Bool { isTyped || isNumLockOdd }

    mutating func typed() { isTyped = true }

    mutating func numLockTapped() { isNumLockOdd.toggle() }

    mutating func modifierPressed() { isModifierUnused = true }

    /// A key was typed with it, and decides.
    mutating func modifierUsed() { isModifierUnused = false }

    mutating func modifierReleased() {
        if isModifierUnused { isTyped = true }
        isModifierUnused = false
    }
}
