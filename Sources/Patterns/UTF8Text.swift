/// Bytes that were found to be UTF-8, so that many patterns can be tried on them with one check.
public struct UTF8Text: Sendable {
    public let bytes: [UInt8]

    /// Nil if the bytes are no UTF-8. ASCII is checked without allocating.
    public init?(_ bytes: [UInt8]) {
        guard bytes.allSatisfy({ $0 < 0x80 }) || String(validating: bytes, as: UTF8.self) != nil else { return nil }
        self.bytes = bytes
    }
}
