extension String {
    /// Whether a character of Unicode's category Cc is in it: C0 and DEL (below U+0020, U+007F) or C1 (U+0080 to U+009F).
    public var hasControlCharacter: Bool { utf8.hasControlCharacter }

    /// Whether the text is a path from the root that a system call can take.
    ///
    /// - Parameter length: The longest, in bytes. Of Linux' `PATH_MAX`, 4096, one byte is the NUL's.
    public func isAbsolutePath(atMost length: Int = 4095) -> Bool {
        hasPrefix("/") && utf8.count <= length && !hasControlCharacter
    }
}
