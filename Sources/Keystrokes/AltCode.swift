/// A character typed as Alt with its number on the keypad, as Windows has it.
///
/// Scanners that are to type the same on every country's keyboard send each character so, in one of two forms: three digits,
/// or a 0 and three digits. A leading 0 means Windows-1252, else it is code page 437. Only these two forms count, since a
/// report that names one digit twice reaches evdev with one of them missing, and the rest is another number.
struct AltCode {
    private var digits = 0
    private var value: UInt32 = 0
    private var hasLeadingZero = false
    private var digitsInPacket = 0
    /// Several digits came in one packet.
    private var hasCrowdedPacket = false
    /// Something else was typed with Alt, so that its release makes no character; that is said already.
    private(set) var isSpoilt = false

    /// A keypad digit went down.
    mutating func typed(_ digit: UInt32) {
        if digits == 0 { hasLeadingZero = digit == 0 }
        digits += 1
        digitsInPacket += 1
        if digitsInPacket > 1 { hasCrowdedPacket = true }
        // Beyond four digits it is no code, whatever the number.
        if digits <= 4 { value = value * 10 + digit }
    }

    mutating func spoil() { isSpoilt = true }

    mutating func packetEnded() { digitsInPacket = 0 }

    var isEmpty: Bool { digits == 0 }

    /// The character, as a Unicode scalar value; nil if the digits make none.
    var character: UInt32? {
        switch (digits, hasLeadingZero) {
        case (3, true):
            // Four digits of which evdev swallowed a repeated one make 010 to 029 here; all others keep their value.
            return value == 0 || (hasCrowdedPacket && (10...29).contains(value)) ? nil : value
        case (3, false): return value < 127 ? value : CodePage.ibm437[value]
        case (4, true):
            switch value {
            case 1..<0x80, 0xA0...0xFF: return value
            default: return CodePage.windows1252[value]
            }
        default: return nil
        }
    }

    /// The digit of a key on the keypad, whatever NumLock is.
    static func digit(of key: UInt16) -> UInt32? {
        switch key {
        case 71...73: UInt32(key) - 64
        case 75...77: UInt32(key) - 71
        case 79...81: UInt32(key) - 78
        case 82: 0
        default: nil
        }
    }
}
