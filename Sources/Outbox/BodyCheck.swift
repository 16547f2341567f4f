import Purchases

/// The check number that is stored beside an invoice (FNV-1a, 64 bits).
///
/// SQLite sees when a page's structure is damaged, not when the bytes in it are. An invoice is sent only if it is what was stored, and
/// under the key it was stored with.
enum BodyCheck {
    static func number(_ body: [UInt8], key: SaleKey) -> Int64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in key.text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        body.withUnsafeBufferPointer { body in
            for byte in body { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        return Int64(bitPattern: hash)
    }
}
