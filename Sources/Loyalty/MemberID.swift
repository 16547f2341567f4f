/// The text by which the endpoint is asked for a member: opaque, so case and leading zeros count.
///
/// Two ids are the same if their bytes are. `String` would also take two spellings of one accented letter for the same.
struct MemberID: Hashable, Sendable {
    static let maxBytes = 128

    let bytes: [UInt8]

    /// nil for what cannot be an id: nothing, `.`, `..`, control characters, over ``maxBytes`` bytes. In a URL's path the
    /// dots would name another place.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.count <= Self.maxBytes, text != ".", text != "..", !text.hasControlCharacters else {
            return nil
        }
        self.bytes = bytes
    }
}

extension String {
    /// Whether a character of Unicode's category Cc is in it: below U+0020, and U+007F to U+009F.
    var hasControlCharacters: Bool {
        unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
    }

    /// As much of it as fits into `count` bytes of UTF-8, cut between characters.
    func prefix(utf8Bytes count: Int) -> String {
        if utf8.count <= count { return self }
        var end = startIndex
        var used = 0
        while end < endIndex {
            let next = index(after: end)
            used += self[end..<next].utf8.count
            if used > count { break }
            end = next
        }
        return String(self[..<end])
    }
}
