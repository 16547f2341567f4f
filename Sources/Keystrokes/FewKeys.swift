/// Up to four keys in one word.
public struct FewKeys: Equatable, Sendable {
    /// 16 bits for each key, the first in the lowest ones. No key has the code 0.
    public private(set) var raw: UInt64 = 0

    public init(raw: UInt64 = 0) {
        self.raw = raw
    }

    /// - Returns: False if there is no room.
    mutating func add(_ key: UInt16) -> Bool {
        guard raw >> 48 == 0 else { return false }
        raw = raw << 16 | UInt64(key)
        return true
    }

    var keys: [UInt16] {
        [0, 16, 32, 48].map { UInt16(truncatingIfNeeded: raw >> $0) }.filter { $0 != 0 }
    }
}
