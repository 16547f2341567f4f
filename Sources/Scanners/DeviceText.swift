/// Text that devices give of themselves.
enum DeviceText {
    /// Hostile bytes become replacement characters; control characters and length are bounded.
    static func clean(_ text: UnsafePointer<CChar>?) -> String? {
        guard let text else { return nil }
        let scalars = String(cString: text).unicodeScalars.prefix(1024).map { scalar in
            scalar.value < 0x20 || scalar.value == 0x7F ? "\u{FFFD}" : scalar
        }
        return String(String.UnicodeScalarView(scalars))
    }

    /// Four digits, as the kernel writes ids.
    static func hexadecimal(_ id: Int32) -> String {
        let digits = String(UInt16(truncatingIfNeeded: id), radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}
