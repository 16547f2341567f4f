extension JSONValue {
    /// Where the value at a path of members' names stands in a JSON text, without the space around it: for passing it on byte for byte.
    ///
    /// - Returns: Nil if there is none, or the text is no JSON as ``init(parsing:)`` has it. Of two members with one name the last one counts,
    ///   as it does there.
    public static func range(of path: [String], in text: some Collection<UInt8>) -> Range<Int>? {
        let found =
            text.withContiguousStorageIfAvailable { find(path, $0) }
            ?? Array(text).withUnsafeBufferPointer { find(path, $0) }
        return found
    }

    private static func find(_ path: [String], _ text: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        var parser = JSONParser(text)
        return try? parser.range(of: path)
    }
}
