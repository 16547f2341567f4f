import CPCRE2

/// A regular expression over UTF-8 text, matched by PCRE2 within fixed bounds.
///
/// PCRE2 and not Swift's own `Regex`: patterns come from a configuration file and texts from outside, and only PCRE2 ends a
/// match that backtracks without end. Interpreted and not compiled to machine code: that wants memory that can be both written
/// and run, which a hardened service forbids itself, and PCRE2 then counts neither depth nor memory. A pattern belongs to one
/// thread at a time.
public final class Pattern {
    /// A pattern that cannot be compiled.
    public struct Fault: Error, Equatable, Sendable {
        /// What is wrong, in PCRE2's words.
        public let message: String
        /// Where, in bytes from the pattern's start.
        public let offset: Int
    }

    /// How one match ended.
    public enum Outcome: Equatable, Sendable {
        case matched
        case noMatch
        /// The match was given up because it took too many steps.
        case gaveUp
    }

    /// The steps that a match may take: some ms on a slow till, and far more than any sensible pattern needs.
    public static let matchLimit: UInt32 = 20_000
    /// The steps that ``beginning(_:)`` may take.
    static let beginningLimit: UInt32 = 500

    let code: OpaquePointer
    let room: MatchRoom
    private var subject: [UInt8] = []
    var hasMatched = false

    /// Compiles `text`, in Perl's syntax with UTF-8 and Unicode classes.
    ///
    /// - Parameter room: What other patterns match in too. ``range(ofGroup:)`` then speaks of this pattern's match until
    ///   another of them is tried.
    public init(_ text: String, ignoringCase: Bool = false, room: MatchRoom? = MatchRoom()) throws(Fault) {
        var number: Int32 = 0
        var offset = 0
        let options = PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C | (ignoringCase ? PCRE2_CASELESS : 0)
        let bytes = Array(text.utf8)
        let compiled = bytes.withUnsafeBufferPointer {
            scanbridge_pcre2_compile($0.baseAddress, $0.count, options, &number, &offset)
        }
        guard let compiled else { throw Fault(message: Self.message(number), offset: offset) }
        guard let room,
            room.reserve(scanbridge_pcre2_number(compiled, UInt32(PCRE2_INFO_CAPTURECOUNT)) + 1)
        else {
            scanbridge_pcre2_free(compiled)
            throw Fault(message: "out of memory", offset: 0)
        }
        self.code = compiled
        self.room = room
    }

    deinit { scanbridge_pcre2_free(code) }

    /// Whether the pattern names a group so.
    public func hasGroup(_ name: String) -> Bool { number(ofGroup: name) != nil }

    /// A named group's number; nil if the pattern has none of that name.
    public func number(ofGroup name: String) -> Int? {
        let number = scanbridge_pcre2_group(code, name)
        return number > 0 ? Int(number) : nil
    }

    /// Looks for the pattern in `text`, which must be UTF-8, from byte `start` on.
    ///
    /// ``range(ofGroup:)`` and ``text(ofGroup:)`` then speak of this match.
    public func match(_ text: [UInt8], from start: Int = 0) -> Outcome { match(text, from: start, options: 0) }

    public func match(_ text: String) -> Outcome { match(Array(text.utf8)) }

    /// Looks for the pattern in a text that need not be checked again.
    public func match(_ text: UTF8Text) -> Outcome { match(text.bytes, from: 0, options: PCRE2_NO_UTF_CHECK) }

    private func match(_ text: [UInt8], from start: Int, options: UInt32) -> Outcome {
        subject = text
        let result = text.withUnsafeBufferPointer {
            scanbridge_pcre2_match(code, $0.baseAddress, $0.count, start, options, room.data, room.bounds)
        }
        hasMatched = result >= 0
        switch result {
        case 0...: return .matched
        case PCRE2_ERROR_NOMATCH: return .noMatch
        default: return .gaveUp
        }
    }

    /// The bytes that a group took in the last match; nil if it took part in none or is unknown. Group 0 is the whole match.
    public func range(ofGroup number: Int) -> Range<Int>? {
        guard hasMatched, number >= 0, number < Int(scanbridge_pcre2_offset_pairs(room.data)),
            number <= Int(scanbridge_pcre2_number(code, UInt32(PCRE2_INFO_CAPTURECOUNT))),
            let offsets = scanbridge_pcre2_offsets(room.data)
        else { return nil }
        let (lower, upper) = (offsets[2 * number], offsets[2 * number + 1])
        // A group that took no part has -1, PCRE2_UNSET.
        guard lower >= 0, upper >= lower, upper <= subject.count else { return nil }
        return lower..<upper
    }

    /// The bytes that a named group took in the last match.
    public func range(ofGroup name: String) -> Range<Int>? { number(ofGroup: name).flatMap { range(ofGroup: $0) } }

    /// The text that a named group took in the last match.
    public func text(ofGroup name: String) -> String? {
        range(ofGroup: name).map { String(decoding: subject[$0], as: UTF8.self) }
    }

    private static func message(_ number: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        _ = scanbridge_pcre2_message(number, &buffer, buffer.count)
        return String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
    }
}
