import JSON
import Keystrokes

extension IDStep {
    /// What the step makes of a part of a code; nil if it fails. What fails on a plain code does so without allocating.
    func result(of input: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        switch self {
        case .query(let name): URLParts(input)?.value(ofParameter: name)
        case .segment(let number): URLParts(input)?.segment(number)
        case .json(let path): Self.field(at: path, in: input)
        case .verifyCheckDigit: RetailCode.hasCheckDigit(input) ? input : nil
        case .stripCheckDigit: RetailCode.hasCheckDigit(input) ? input.dropLast() : nil
        case .pad(let length): Self.padded(input, to: length)
        case .upper: Self.changed(input) { $0.uppercased() }
        case .lower: Self.changed(input) { $0.lowercased() }
        }
    }

    private static func field(at path: [String], in input: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        guard input.first(where: { !isSpace($0) }) == UInt8(ascii: "{") else { return nil }
        var value = try? JSONValue(parsing: input)
        for key in path { value = value?[key] }
        switch value {
        case .string(let text): return Array(text.utf8)[...]
        case .number(let number):
            // 38 digits are what Decimal holds without rounding. A fraction has a point, and a negative number a sign.
            let digits = Array("\(number)".utf8)
            let isWhole = digits.count <= 38 && digits.allSatisfy { (0x30...0x39).contains($0) }
            return isWhole ? digits[...] : nil
        default: return nil
        }
    }

    private static func padded(_ input: ArraySlice<UInt8>, to length: Int) -> ArraySlice<UInt8> {
        let count = String(decoding: input, as: UTF8.self).count
        return [UInt8](repeating: UInt8(ascii: "0"), count: max(0, length - count)) + input
    }

    private static func changed(_ input: ArraySlice<UInt8>, _ change: (String) -> String) -> ArraySlice<UInt8> {
        Array(change(String(decoding: input, as: UTF8.self)).utf8)[...]
    }
}
