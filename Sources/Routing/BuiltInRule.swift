import Keystrokes
import TextChecks

/// What holds for a code that no configured route takes, so that a till with products and cards is served with no route at all.
public enum BuiltInRule: String, CaseIterable, Sendable, CustomStringConvertible {
    /// A GTIN outside in-store use: passed at once, never looked up.
    case product
    /// What cannot be a member's identifier, or must not be told to the provider: passed at once, never looked up.
    case noIdentifier = "no_identifier"
    /// All else: looked up, and passed if there is no such member.
    case member

    /// The name for a person. Events have none.
    public var description: String { self == .noIdentifier ? "no identifier" : rawValue }

    public var pass: Route.Pass { self == .member ? .notFound : .always }

    /// The rule for a whole code in UTF-8.
    static func rule(for code: [UInt8], aim: AIMIdentifier?) -> BuiltInRule {
        if isProduct(code[...], aim: aim) { return .product }
        if code.count > String.maxMemberIDBytes || code.withUnsafeBufferPointer({ isNoIdentifier(beginning: $0) }) {
            return .noIdentifier
        }
        return String(decoding: code, as: UTF8.self).canBeMemberID ? .member : .noIdentifier
    }

    /// Whether a code that begins so is `noIdentifier`, whatever follows.
    static func isNoIdentifier(beginning bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.hasControlCharacter || URIForm.isBeginning(of: bytes)
    }

    /// A GTIN-8, -12, -13 or -14 with the right check digit that no shop gives out itself. A card that was printed without regard
    /// to check digits is taken for one in one of ten cases; a route of its own mends that.
    private static func isProduct(_ code: ArraySlice<UInt8>, aim: AIMIdentifier?) -> Bool {
        switch code.count {
        case 8: isEightDigitProduct(code, aim: aim)
        case 12, 13, 14: RetailCode.hasCheckDigit(code) && !isInStore(code) && code.contains { $0 != zero }
        default: false
        }
    }

    /// Eight digits are a GTIN-8, or a UPC-E, which is told by its identifier alone: cards of eight digits often begin with 0 or 1.
    private static func isEightDigitProduct(_ code: ArraySlice<UInt8>, aim: AIMIdentifier?) -> Bool {
        guard code.contains(where: { $0 != zero }) else { return false }
        if RetailCode.isUPCE(code), aim?.text != "]E4" { return aim?.text == "]E0" }
        return RetailCode.hasCheckDigit(code) && !isInStore(code)
    }

    /// The prefixes that GS1 leaves to the shops (General Specifications, 1.4 and 2.1.11): loyalty cards, weighed goods, coupons.
    private static func isInStore(_ code: ArraySlice<UInt8>) -> Bool {
        let start = code.startIndex + (code.count == 14 ? 1 : 0)
        let (first, second) = (code[start] - zero, code[start + 1] - zero)
        return switch code.count {
        case 8: first == 0 || first == 2
        case 12: first == 2 || first == 4
        default: first == 2 || (first == 0 && (second == 2 || second == 4))
        }
    }

    private static let zero = UInt8(ascii: "0")
}
