extension Sequence<UInt8> {
    /// Whether a character of Unicode's category Cc is in this UTF-8, as ``Swift/String/hasControlCharacter`` has it. For bytes
    /// that are looked at with each key: nothing is allocated.
    @inlinable
    public var hasControlCharacter: Bool {
        var isBehindC2 = false
        for byte in self {
            // C1 is C2 80 to C2 9F.
            if byte < 0x20 || byte == 0x7F || (isBehindC2 && byte < 0xA0) { return true }
            isBehindC2 = byte == 0xC2
        }
        return false
    }
}
