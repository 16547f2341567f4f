import CPCRE2

/// A regular expression over UTF-8 text, matched by PCRE2 within fixed bounds.
///
/// PCRE2 and not Swift's own `Regex`: patterns come from a configuration file and texts from outside, and only PCRE2 ends a
/// match that backtracks without end. A pattern belongs to one thread at a time.
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
    /// What one match may remember for going back, in KiB: a group that repeats over 4 KiB of text takes half of it.
    private static let heapLimit: UInt32 = 2048

    private let code: OpaquePointer
    private let data: OpaquePointer
    private let context: OpaquePointer
    private var subject: [UInt8] = []
    private var hasMatched = false

    /// Compiles `text`, in Perl's syntax with UTF-8 and Unicode classes.
    public init(_ text: String, ignoringCase: Bool = false) throws(Fault) {
        var number: Int32 = 0
        var offset = 0
        let options = PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C | (ignoringCase ? PCRE2_CASELESS : 0)
        let bytes = Array(text.utf8)
        let compiled = bytes.withUnsafeBufferPointer {
            scanbridge_pcre2_compile($0.baseAddress, $0.count, options, &number, &offset)
        }
        guard let compiled else { throw Fault(message: Self.message(number), offset: offset) }
        guard let data = scanbridge_pcre2_match_data(compiled),
            let context = scanbridge_pcre2_match_context(Self.matchLimit, Self.matchLimit, Self.heapLimit)
        else {
            scanbridge_pcre2_free(compiled)
            throw Fault(message: "out of memory", offset: 0)
        }
        self.code = compiled
        self.data = data
        self.context = context
    }

    deinit {
        scanbridge_pcre2_match_context_free(context)
        scanbridge_pcre2_match_data_free(data)
        scanbridge_pcre2_free(code)
    }

    /// Whether the pattern names a group so.
    public func hasGroup(_ name: String) -> Bool { scanbridge_pcre2_group(code, name) > 0 }

    /// Looks for the pattern in `text`, which must be UTF-8, from byte `start` on.
    ///
    /// ``range(ofGroup:)`` and ``text(ofGroup:)`` then speak of this match.
    public func match(_ text: [UInt8], from start: Int = 0) -> Outcome {
        subject = text
        let result = text.withUnsafeBufferPointer { buffer in
            // An empty array has no address, and PCRE2 wants one.
            let empty: [UInt8] = [0]
            return empty.withUnsafeBufferPointer {
                scanbridge_pcre2_match(code, buffer.baseAddress ?? $0.baseAddress, buffer.count, start, data, context)
            }
        }
        hasMatched = result >= 0
        switch result {
        case 0...: return .matched
        case PCRE2_ERROR_NOMATCH: return .noMatch
        default: return .gaveUp
        }
    }

    public func match(_ text: String) -> Outcome { match(Array(text.utf8)) }

    /// The bytes that a group took in the last match; nil if it took part in none or is unknown. Group 0 is the whole match.
    public func range(ofGroup number: Int) -> Range<Int>? {
        guard hasMatched, number >= 0, number < Int(scanbridge_pcre2_offset_pairs(data)),
            let offsets = scanbridge_pcre2_offsets(data)
        else { return nil }
        let (lower, upper) = (offsets[2 * number], offsets[2 * number + 1])
        // A group that took no part has -1, PCRE2_UNSET.
        guard lower >= 0, upper >= lower, upper <= subject.count else { return nil }
        return lower..<upper
    }

    /// The bytes that a named group took in the last match.
    public func range(ofGroup name: String) -> Range<Int>? {
        let number = scanbridge_pcre2_group(code, name)
        return number > 0 ? range(ofGroup: Int(number)) : nil
    }

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
