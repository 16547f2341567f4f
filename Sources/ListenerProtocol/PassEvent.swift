/// Why a code was not typed on to the till although its route would have it so.
public enum PassRefusal: String, CaseIterable, Sendable {
    /// The member endpoint's answer decides: a `pass` event follows.
    case waiting
    /// It holds keys that are neither text nor Enter or Tab and are not allowed by name.
    case commandKeys = "command_keys"
    /// There is no keyboard to type it on.
    case noVirtualKeyboard = "no_virtual_keyboard"
    /// It has more keys than are kept of one code.
    case tooLong = "too_long"
    /// Too many codes wait to be typed, or for their answers.
    case queueFull = "queue_full"
    /// It is a member's identifier.
    case member
    /// The answer did not come in time.
    case late
    /// The endpoint has answered, and not that it knows no such member.
    case unanswered
}

/// What became of a code whose `scan` event said `waiting`.
public struct PassEvent: Equatable, Sendable {
    public var scanID: String
    public var scannerID: String
    /// Nil if it was typed on.
    public var refusal: PassRefusal?

    public init(scanID: String, scannerID: String, refusal: PassRefusal?) {
        self.scanID = scanID
        self.scannerID = scannerID
        self.refusal = refusal
    }
}
