/// Writes moments as RFC 3339, one soon after the other: the date and the second are computed anew only when they change.
public struct WallTimeText: Sendable {
    private var second = Int64.min
    private var text: [UInt8] = []

    /// From 1970 to the end of the year 9999.
    private static let plain: Range<Int64> = 0..<253_402_300_800_000_000

    public init() {}

    /// The moment as ``WallTime/appendRFC3339(to:)`` writes it.
    public mutating func bytes(of time: WallTime) -> [UInt8] {
        let microseconds = time.microseconds
        guard microseconds >= 0, microseconds / 1_000_000 == second else {
            text.removeAll(keepingCapacity: true)
            time.appendRFC3339(to: &text)
            // Moments that RFC 3339 has no text for are written as others, and kept for none.
            second = Self.plain.contains(microseconds) ? microseconds / 1_000_000 : .min
            return text
        }
        // The fraction stands in front of the final Z.
        var rest = Int(microseconds % 1_000_000)
        text.withUnsafeMutableBufferPointer { text in
            for index in stride(from: text.count - 2, to: text.count - 8, by: -1) {
                text[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
        }
        return text
    }
}
