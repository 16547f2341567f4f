import CCrypto

/// What one sale is known by for ever, here and at the provider: 64 lower-case hexadecimal digits.
///
/// It is made of what the till calls the sale and of nothing else, so that the same sale has the same key after a restart, after its record
/// was deleted and after the database was lost.
public struct SaleKey: Hashable, Sendable {
    public let text: String

    /// A key as it was stored; nil if it is none.
    public init?(stored text: String) {
        let isKey =
            text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard isKey else { return nil }
        self.text = text
    }

    /// The key of a sale that these parts name together. Their order counts, and where one ends.
    init(of parts: [String]) {
        text = SHA256.hexadecimal(SHA256.digest(of: parts.flatMap { "\($0.utf8.count):\($0)\n".utf8 }))
    }
}

/// SHA-256, by OpenSSL.
enum SHA256 {
    static func digest(of bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(SCANBRIDGE_SHA256_BYTES))
        let isDone = bytes.withUnsafeBytes { scanbridge_sha256($0.baseAddress, $0.count, &digest) }
        precondition(isDone == 1, "no memory for a digest")
        return digest
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
