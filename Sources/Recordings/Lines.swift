/// The lines of a text one after the other, counted, without a copy of them all: a file may hold millions of empty ones.
struct Lines<Bytes: Collection<UInt8>> {
    private var rest: Bytes.SubSequence
    private var isAtEnd = false
    /// Of the line that came last, counted from 1.
    private(set) var number = 0

    init(_ bytes: Bytes) {
        rest = bytes[...]
    }

    /// The next line without its line feed.
    mutating func next() -> Bytes.SubSequence? {
        guard !isAtEnd else { return nil }
        number += 1
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
            isAtEnd = true
            return rest
        }
        defer { rest = rest[rest.index(after: end)...] }
        return rest[..<end]
    }
}
