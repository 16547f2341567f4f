extension String {
    /// The longest identifier that the member endpoint is asked for, in bytes.
    public static let maxMemberIDBytes = 128

    /// Whether the member endpoint can be asked for this text: it is not empty nor longer than ``maxMemberIDBytes``, holds no
    /// control character, and is not `.` or `..`, which would name another place in a URL's path.
    public var canBeMemberID: Bool {
        !isEmpty && utf8.count <= Self.maxMemberIDBytes && self != "." && self != ".." && !hasControlCharacter
    }
}
