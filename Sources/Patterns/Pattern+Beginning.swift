import CPCRE2

/// What a pattern says of a text of which only the beginning is known.
extension Pattern {
    /// Whatever characters follow.
    public enum Beginning: Equatable, Sendable {
        /// No text that begins so matches.
        case excluded
        /// Every text that begins so matches.
        case certain
        /// It depends on what follows, or takes too many steps to tell.
        case open
    }

    /// Whether every match begins where the text does. Only then can a beginning exclude one.
    public var isAnchored: Bool {
        scanbridge_pcre2_number(code, UInt32(PCRE2_INFO_ALLOPTIONS)) & PCRE2_ANCHORED != 0
    }

    /// The fewest characters that a text must have to match, as far as PCRE2 sees; 65,535 stands for all numbers from there.
    public var minimumLength: Int { Int(scanbridge_pcre2_number(code, UInt32(PCRE2_INFO_MINLENGTH))) }

    /// What a text's first bytes tell. They must be ASCII; of no bytes, and of other ones, nothing is told.
    ///
    /// PCRE2 in its mode PCRE2_PARTIAL_HARD stops as soon as it would look behind the end. If it comes to another result, it has
    /// not looked there, and would do the same whatever stands there. The exception is a line break as the last character,
    /// which `$` takes for the end without looking on: of such bytes nothing is told.
    public func beginning(_ bytes: UnsafeBufferPointer<UInt8>) -> Beginning {
        guard let last = bytes.last, 0x20..<0x7F ~= last, bytes.allSatisfy({ $0 < 0x80 }) else { return .open }
        hasMatched = false
        let result = scanbridge_pcre2_match(
            code, bytes.baseAddress, bytes.count, 0, UInt32(PCRE2_PARTIAL_HARD) | PCRE2_NO_UTF_CHECK, room.data,
            room.beginningBounds)
        switch result {
        case 0...: return .certain
        case PCRE2_ERROR_NOMATCH: return isAnchored ? .excluded : .open
        default: return .open
        }
    }
}
