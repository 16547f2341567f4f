extension JSONValue {
    /// A member of an object whose name is compared without case and without a colon or spaces at its end, as the published samples of the
    /// loyalty protocol need it. One that is null is passed over. Nil where there is none, or this is no object.
    public func loose(_ name: String) -> JSONValue? {
        guard let members = object else { return nil }
        if let exact = members[name], exact != .null { return exact }
        let wanted = Self.plain(name)
        // Where several differ in case only, always the same one.
        var alike: (key: String, value: JSONValue)?
        for (key, value) in members where Self.isLike(key, wanted) && value != .null {
            if alike.map({ key < $0.key }) ?? true { alike = (key, value) }
        }
        return alike?.value
    }

    /// - Parameter wanted: A name that ``plain(_:)`` has made.
    private static func isLike(_ name: String, _ wanted: String) -> Bool {
        // Most names differ in their length, and none of the usual ones needs Unicode to be compared.
        let isUsual = name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x80 && $0 != UInt8(ascii: ":") }
        guard isUsual else { return plain(name) == wanted }
        return name.utf8.count == wanted.utf8.count
            && zip(name.utf8, wanted.utf8).allSatisfy { $0.lowercasedASCII == $1 }
    }

    private static func plain(_ name: String) -> String {
        var name = name.lowercased()[...]
        while name.first?.isWhitespace ?? false { name = name.dropFirst() }
        while let last = name.last, last == ":" || last.isWhitespace { name = name.dropLast() }
        return String(name)
    }
}
