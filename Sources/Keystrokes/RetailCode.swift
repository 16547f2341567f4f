/// The numbers on retail goods, which end in a check digit (GS1 General Specifications, 7.9).
public enum RetailCode {
    /// The names that ``guess(_:)`` gives.
    static let guesses = ["EAN-8", "UPC-A", "EAN-13", "GTIN-14"]

    /// Which of them a code without an identifier is, by length and check digit; nil unless only one fits.
    ///
    /// It is a guess: one in ten numbers of that length has a right last digit.
    static func guess(_ code: [UInt8]) -> String? {
        let name: String
        switch code.count {
        // A UPC-E begins with 0 or 1 and has the check digit of the UPC-A that it stands for.
        case 8: name = code[0] <= UInt8(ascii: "1") && isUPCE(code[...]) ? "" : "EAN-8"
        case 12: name = "UPC-A"
        case 13: name = "EAN-13"
        case 14: name = "GTIN-14"
        default: return nil
        }
        guard !name.isEmpty, hasCheckDigit(code[...]), code.contains(where: { $0 != UInt8(ascii: "0") }) else {
            return nil
        }
        return name
    }

    /// Whether a code can be what its identifier says: EAN and UPC are digits, end in a check digit, and have few lengths.
    static func isPlausible(_ code: ArraySlice<UInt8>, for identifier: AIMIdentifier) -> Bool {
        switch identifier.text {
        case "]E0":
            switch code.count {
            case 8: hasCheckDigit(code) || isUPCE(code)
            case 12, 13: hasCheckDigit(code)
            default: false
            }
        case "]E1": code.count == 2 && areDigits(code)
        case "]E2": code.count == 5 && areDigits(code)
        // The add-on of 2 or 5 digits stands behind the EAN-13.
        case "]E3": (code.count == 15 || code.count == 18) && areDigits(code) && hasCheckDigit(code.prefix(13))
        case "]E4": code.count == 8 && hasCheckDigit(code)
        default: true
        }
    }

    private static func areDigits(_ code: ArraySlice<UInt8>) -> Bool {
        code.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// Whether there are digits only, at least two, of which the last is GS1's check digit, whatever their number.
    ///
    /// From the right, the check digit first, weights are 1 and 3 in turn, and the sum is a multiple of 10.
    public static func hasCheckDigit(_ code: ArraySlice<UInt8>) -> Bool {
        guard code.count > 1, areDigits(code) else { return false }
        var sum = 0
        var weight = 1
        for byte in code.reversed() {
            sum += Int(byte - UInt8(ascii: "0")) * weight
            weight = 4 - weight
        }
        return sum % 10 == 0
    }

    /// Whether these are the eight digits of a UPC-E: number system (0 or 1), six digits that stand for ten, and the check digit
    /// of the UPC-A that they stand for (GS1 General Specifications, 5.2).
    public static func isUPCE(_ code: ArraySlice<UInt8>) -> Bool {
        let digits = Array(code)
        guard digits.count == 8, areDigits(code), digits[0] <= UInt8(ascii: "1") else { return false }
        let zeros = { (count: Int) in [UInt8](repeating: UInt8(ascii: "0"), count: count) }
        let number: [UInt8] =
            switch digits[6] {
            case UInt8(ascii: "0")...UInt8(ascii: "2"): digits[1...2] + [digits[6]] + zeros(4) + digits[3...5]
            case UInt8(ascii: "3"): digits[1...3] + zeros(5) + digits[4...5]
            case UInt8(ascii: "4"): digits[1...4] + zeros(5) + digits[5...5]
            default: digits[1...5] + zeros(4) + [digits[6]]
            }
        return hasCheckDigit(([digits[0]] + number + [digits[7]])[...])
    }
}
