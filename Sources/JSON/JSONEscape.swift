/// How a byte of UTF-8 stands in a JSON string: for ``JSONWriter``, and for lines whose length is computed first.
///
/// Delete is escaped as the control characters are: a terminal may be what shows the line.
public enum JSONEscape {
    /// How many bytes a byte becomes: 1 if it stands for itself, else 2 or 6.
    @inlinable
    public static func length(of byte: UInt8) -> Int {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x0A: 2
        case 0..<0x20, 0x7F: 6
        default: 1
        }
    }

    /// Hands out the bytes that a byte becomes, one after the other: ``length(of:)`` of them.
    @inlinable
    public static func escape(_ byte: UInt8, _ append: (UInt8) -> Void) {
        switch length(of: byte) {
        case 1: append(byte)
        case 2:
            append(UInt8(ascii: "\\"))
            append(byte == 0x0A ? UInt8(ascii: "n") : byte)
        default:
            append(UInt8(ascii: "\\"))
            append(UInt8(ascii: "u"))
            append(UInt8(ascii: "0"))
            append(UInt8(ascii: "0"))
            append(hexadecimal(byte >> 4))
            append(hexadecimal(byte & 15))
        }
    }

    @usableFromInline
    static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }
}
