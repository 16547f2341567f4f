import TextChecks

/// One step on the way from a code to a member id.
public enum IDStep: Equatable, Sendable {
    /// `query:NAME`: the value of a URL's first query parameter of that name; percent escapes are decoded, `+` is a space.
    case query(String)
    /// `segment:N`: a segment of a URL's path, 1 is the first and -1 the last; percent escapes are decoded. Empty ones are not
    /// counted.
    case segment(Int)
    /// `json:PATH`: a string, or a whole number of at most 38 digits, in a JSON object; dots between levels.
    case json([String])
    /// `verify_check_digit`: all digits, the last of them GS1's check digit.
    case verifyCheckDigit
    /// `strip_check_digit`: the same, and it is taken off.
    case stripCheckDigit
    /// `pad:N`: zeros in front, up to N characters.
    case pad(Int)
    /// `upper`, `lower`: the case of all letters.
    case upper
    case lower

    /// The most steps of a route.
    public static let maxCount = 8

    /// What a configuration may give as a step.
    public static let allowed =
        "query:NAME, segment:N (1 to 32, or -1 to -32 from the end), json:PATH (at most 8 names, dots between), "
        + "verify_check_digit, strip_check_digit, pad:N (1 to 128), upper, lower"

    /// A step as the configuration writes it; nil if it is none. Names and paths have 1 to 64 bytes.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let argument = parts.count == 2 ? String(parts[1]) : nil
        switch (parts[0], argument) {
        case ("query", let name?) where Self.isName(name): self = .query(name)
        case ("segment", let number?):
            guard let index = Self.number(number, in: -32...32), index != 0 else { return nil }
            self = .segment(index)
        case ("json", let path?) where Self.isName(path):
            let keys = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard keys.count <= 8, !keys.contains("") else { return nil }
            self = .json(keys)
        case ("pad", let length?):
            guard let length = Self.number(length, in: 1...128) else { return nil }
            self = .pad(length)
        case ("verify_check_digit", nil): self = .verifyCheckDigit
        case ("strip_check_digit", nil): self = .stripCheckDigit
        case ("upper", nil): self = .upper
        case ("lower", nil): self = .lower
        default: return nil
        }
    }

    /// Whether the step takes its input apart, so that as the first one it wants the whole code.
    var isExtraction: Bool {
        switch self {
        case .query, .segment, .json: true
        case .verifyCheckDigit, .stripCheckDigit, .pad, .upper, .lower: false
        }
    }

    /// Whether there are texts that the step cannot be taken on.
    var canFail: Bool {
        switch self {
        case .query, .segment, .json, .verifyCheckDigit, .stripCheckDigit: true
        case .pad, .upper, .lower: false
        }
    }

    private static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && !text.hasControlCharacter
    }

    private static func number(_ text: String, in range: ClosedRange<Int>) -> Int? {
        guard text.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || $0.isASCIIDigit }), let number = Int(text) else {
            return nil
        }
        return range.contains(number) ? number : nil
    }
}
