extension JSONValue {
    /// A member of an object whose name is compared without case and without a colon or spaces at its end, as the published samples of the
    /// loyalty protocol need it. One that is null is passed over. Nil where there is none, or this is no object.
    public func loose(_ name: String) -> JSONValue? {
        guard let members = object else { return nil }
        if let exact = members[name], exact != .null { return exact }
        let wanted = Self.plain(name)
        // Where several differ in case only, always the same one.
        let alike = members.filter { $0.value != .null && Self.plain($0.key) == wanted }
        return alike.min { $0.key < $1.key }?.value
    }

    private static func plain(_ name: String) -> String {
        var name = name.lowercased()[...]
        while name.first?.isWhitespace ?? false { name = name.dropFirst() }
        while let last = name.last, last == ":" || last.isWhitespace { name = name.dropLast() }
        return String(name)
    }
}
