import Patterns

/// The bytes that a code can begin with to match a pattern.
struct FirstBytes {
    private var low = UInt64.max
    private var high = UInt64.max

    /// All of them.
    init() {}

    /// Those that the pattern does not exclude, found out by asking it about each.
    init(of pattern: Pattern) {
        for byte in UInt8(0x20)..<0x7F {
            let beginning = withUnsafePointer(to: byte) {
                pattern.beginning(UnsafeBufferPointer(start: $0, count: 1))
            }
            guard beginning == .excluded else { continue }
            if byte < 64 { low &= ~(1 << byte) } else { high &= ~(1 << (byte - 64)) }
        }
    }

    func contains(_ byte: UInt8) -> Bool {
        byte < 64 ? low >> byte & 1 == 1 : byte >= 128 || high >> (byte - 64) & 1 == 1
    }
}
