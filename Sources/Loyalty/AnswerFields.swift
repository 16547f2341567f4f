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
            guard let next = value.loose(key) else { return nil }
            value = next
        }
        return value == .null ? nil : value
    }
}
