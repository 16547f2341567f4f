/// Control characters as scanners type them: Ctrl and a key.
enum ControlKeys {
    /// The control character of Ctrl with a key.
    ///
    /// A letter is what the layout says it is. The three keys beside P and L carry ESC, GS and FS on Windows keyboards of every
    /// country, whatever is printed on them; RS and US are Ctrl+6 and Ctrl+hyphen in scanners' key tables. NUL is none:
    /// nothing that a code may hold looks like it.
    ///
    /// - Parameter character: What the layout types there, 0 where it names nothing.
    static func character(of key: UInt16, typing character: UInt32, at level: Layout.Level) -> UInt32? {
        switch character {
        case 0x61...0x7A: return character - 0x60
        case 0x41...0x5A, 0x5B...0x5F: return character - 0x40
        case 0x36: return 0x1E
        case 0x2D: return 0x1F
        default: break
        }
        guard level.isSubset(of: .capsLock) else { return nil }
        switch key {
        case 26: return 0x1B
        case 27: return 0x1D
        case 43: return 0x1C
        default: return isLatin(character) ? nil : latinLetter(of: key)
        }
    }

    /// Scripts begin at U+0370 with Greek; a keyboard of one of them has its Latin letters where a US one has them.
    private static func isLatin(_ character: UInt32) -> Bool { character < 0x370 }

    private static func latinLetter(of key: UInt16) -> UInt32? {
        let letters: StaticString =
            switch key {
            case 16...25: "QWERTYUIOP"
            case 30...38: "ASDFGHJKL"
            case 44...50: "ZXCVBNM"
            default: ""
            }
        let first = key < 30 ? 16 : key < 44 ? 30 : 44
        guard letters.utf8CodeUnitCount > 0 else { return nil }
        return UInt32(letters.utf8Start[Int(key) - first]) - 0x40
    }
}
