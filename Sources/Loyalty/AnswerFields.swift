import JSON

/// Finds fields in an answer, whose keys are compared without case and without a colon at their end: a published sample has
/// `"DisplayText:"`.
struct AnswerFields {
    private let root: JSONValue
    /// Where fields are looked for that no path was configured for.
    private let places: [JSONValue]

    init(_ root: JSONValue) {
        self.root = root
        let paths = [[], ["data"], ["data", "attributes"], ["member"], ["result"]]
        places = paths.compactMap { Self.value(at: $0, in: root) }
    }

    /// The first of the values that is not null and that `convert` can use, at `paths` or, if there are none, under one of
    /// `names` in the usual places.
    func first<Value>(_ paths: [String], names: [String], _ convert: (JSONValue) -> Value?) -> Value? {
        if !paths.isEmpty {
            for path in paths {
                let keys = path.split(separator: ".").map(String.init)
                if let value = Self.value(at: keys, in: root).flatMap(convert) { return value }
            }
            return nil
        }
        for name in names {
            for place in places {
                if let value = Self.value(at: [name], in: place).flatMap(convert) { return value }
            }
        }
        return nil
    }

    private static func value(at keys: [String], in root: JSONValue) -> JSONValue? {
        var value = root
        for key in keys {
            guard let members = value.object, let next = member(key, of: members) else { return nil }
            value = next
        }
        return value == .null ? nil : value
    }

    private static func member(_ key: String, of members: [String: JSONValue]) -> JSONValue? {
        if let exact = members[key], exact != .null { return exact }
        let wanted = plain(key)
        // Where several differ in case only, always the same one.
        let alike = members.filter { plain($0.key) == wanted && $0.value != .null }
        return alike.min { $0.key < $1.key }?.value
    }

    private static func plain(_ key: String) -> String {
        var key = key.lowercased().trimmingWhitespace()
        while key.last == ":" || key.last?.isWhitespace ?? false { key = key.dropLast() }
        return String(key)
    }
}
