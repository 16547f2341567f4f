/// Takes a fuzzer's bytes apart. Where they end, zeros follow, so that each input means something.
public struct FuzzInput {
    private var bytes: UnsafeBufferPointer<UInt8>.SubSequence

    public init(_ start: UnsafePointer<UInt8>?, _ count: Int) {
        bytes = UnsafeBufferPointer(start: start, count: count)[...]
    }

    public var isAtEnd: Bool { bytes.isEmpty }

    public mutating func byte() -> UInt8 { bytes.popFirst() ?? 0 }

    /// A number of so many bytes, the lowest first.
    public mutating func integer<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) -> Number {
        var number: Number = 0
        for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
            number |= Number(truncatingIfNeeded: byte()) << Number(truncatingIfNeeded: shift)
        }
        return number
    }

    /// One of some values; `values` must not be empty.
    public mutating func choice<Value>(of values: [Value]) -> Value { values[Int(byte()) % values.count] }

    /// Everything that is left.
    public mutating func rest() -> [UInt8] {
        defer { bytes = bytes.suffix(0) }
        return Array(bytes)
    }
}
