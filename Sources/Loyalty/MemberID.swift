import TextChecks

/// The text by which the endpoint is asked for a member: opaque, so case and leading zeros count.
///
/// Two ids are the same if their bytes are. `String` would also take two spellings of one accented letter for the same.
struct MemberID: Hashable, Sendable {
    let bytes: [UInt8]

    /// nil for what cannot be an id.
    init?(_ text: String) {
        guard text.canBeMemberID else { return nil }
        bytes = Array(text.utf8)
    }
}

extension String {
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
