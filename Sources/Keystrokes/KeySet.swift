/// A set of keys, a bit each: those that are down, for one.
struct KeySet: Equatable, Sendable {
    private var words = [UInt64](repeating: 0, count: Int(EventCode.lastKey) / 64 + 1)

    /// Adds a key; false if it was there. A code beyond KEY_MAX is never there.
    mutating func insert(_ key: UInt16) -> Bool {
        guard key <= EventCode.lastKey else { return true }
        let (word, bit) = (Int(key) / 64, UInt64(1) << (key % 64))
        defer { words[word] |= bit }
        return words[word] & bit == 0
    }

    /// Takes a key out; false if it was not there.
    mutating func remove(_ key: UInt16) -> Bool {
        guard key <= EventCode.lastKey else { return true }
        let (word, bit) = (Int(key) / 64, UInt64(1) << (key % 64))
        defer { words[word] &= ~bit }
        return words[word] & bit != 0
    }

    func contains(_ key: UInt16) -> Bool {
        key <= EventCode.lastKey && words[Int(key) / 64] & (1 << (key % 64)) != 0
    }

    /// The keys, if they are few.
    var few: FewKeys? {
        var few = FewKeys()
        for (index, word) in words.enumerated() where word != 0 {
            var rest = word
            while rest != 0 {
                guard few.add(UInt16(index * 64 + rest.trailingZeroBitCount)) else { return nil }
                rest &= rest - 1
            }
        }
        return few
    }

    /// Takes all keys out without giving the memory back.
    mutating func removeAll() {
        for index in words.indices { words[index] = 0 }
    }
}
