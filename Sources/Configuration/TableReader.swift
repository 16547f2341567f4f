import TOMLKit

/// Reads one table of the configuration: keys that are known, types that are right, or an error with the line.
///
/// Types are looked at here because TOMLKit's decoder reports a wrong type as a missing key. Each method answers nil where the
/// key is not given.
struct TableReader<Key: RawRepresentable & CaseIterable> where Key.RawValue == String {
    private let table: TOMLTable
    private let path: [TOMLStep]
    /// What the table is called in errors, `[endpoint]` for example; empty for the document itself.
    private let title: String
    private let source: ConfigurationSource

    /// - Throws: `unknown_key` for the first key in the text that no `Key` has.
    init(
        _ table: TOMLTable, at path: [TOMLStep], title: String, of source: ConfigurationSource
    ) throws(ConfigurationError) {
        self.table = table
        self.path = path
        self.title = title
        self.source = source
        let unknown = table.keys.filter { Key(rawValue: $0) == nil }
        if let first = unknown.min(by: { order(of: $0) < order(of: $1) }) { throw unknownKey(first) }
    }

    // MARK: - Values

    /// A text of at most `length` bytes.
    func text(_ key: Key, atMost length: Int) throws(ConfigurationError) -> String? {
        guard let value = table[key.rawValue] else { return nil }
        guard let text = value.string else { throw wrongType(key, "a string", value.type) }
        guard text.utf8.count <= length else { throw badValue(key, "must be at most \(length) bytes long") }
        return text
    }

    /// A text that another part of the program owns.
    ///
    /// - Parameter reason: Why the text cannot be used, going on from the key's name; nil if it can.
    func text(_ key: Key, checkedBy reason: (String) -> String?) throws(ConfigurationError) -> String? {
        guard let text = try text(key, atMost: .max) else { return nil }
        if let reason = reason(text) { throw badValue(key, reason) }
        return text
    }

    /// One of the values of `type`.
    func choice<Value: RawRepresentable & CaseIterable>(
        _ key: Key, of type: Value.Type
    ) throws(ConfigurationError) -> Value? where Value.RawValue == String {
        guard let text = try text(key, atMost: 64) else { return nil }
        guard let value = Value(rawValue: text) else { throw badValue(key, "must be one of \(list(type))") }
        return value
    }

    func flag(_ key: Key) throws(ConfigurationError) -> Bool? {
        guard let value = table[key.rawValue] else { return nil }
        guard let flag = value.bool else { throw wrongType(key, "true or false", value.type) }
        return flag
    }

    func integer(_ key: Key, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
        guard let value = table[key.rawValue] else { return nil }
        let allowed = "an integer from \(range.lowerBound) to \(range.upperBound)"
        guard let integer = value.int else { throw wrongType(key, allowed, value.type) }
        guard range.contains(integer) else { throw badValue(key, "must be \(allowed)") }
        return integer
    }

    /// An array of texts, each with its place for ``badValue(_:_:element:)``.
    func texts(_ key: Key, atMost count: Int) throws(ConfigurationError) -> [String]? {
        guard let value = table[key.rawValue] else { return nil }
        guard let array = value.array else { throw wrongType(key, "an array of strings", value.type) }
        guard array.count <= count else { throw badValue(key, "must hold at most \(count) strings") }
        var texts: [String] = []
        for (index, element) in array.enumerated() {
            guard let text = element.string else {
                throw wrongType(key, "an array of strings", element.type, element: index)
            }
            texts.append(text)
        }
        return texts
    }

    /// One text, or an array of them as ``texts(_:atMost:)`` reads it; and which of the two it was.
    func textOrTexts(_ key: Key, atMost count: Int) throws(ConfigurationError) -> (values: [String], isArray: Bool)? {
        guard let value = table[key.rawValue] else { return nil }
        if let text = value.string { return ([text], false) }
        guard value.array != nil else { throw wrongType(key, "a string or an array of strings", value.type) }
        return try texts(key, atMost: count).map { ($0, true) }
    }

    /// A table whose keys are free and whose values are texts, in the text's order.
    func pairs(_ key: Key, atMost count: Int) throws(ConfigurationError) -> [(name: String, value: String)]? {
        guard let value = table[key.rawValue] else { return nil }
        guard let inner = value.table else { throw wrongType(key, "a table of strings", value.type) }
        guard inner.count <= count else { throw badValue(key, "must hold at most \(count) entries") }
        let base = path + [.key(key.rawValue)]
        func place(_ name: String) -> Int { source.positions.order(of: base + [.key(name)]) ?? 0 }
        var pairs: [(name: String, value: String)] = []
        for name in inner.keys.sorted(by: { place($0) < place($1) }) {
            guard let text = inner[name]?.string else {
                throw source.fault(
                    .wrongType, at: base + [.key(name)],
                    "\(subject(key)) must be a table of strings: each value is a string")
            }
            pairs.append((name, text))
        }
        return pairs
    }

    /// A table of the document.
    func table<Inner>(_ key: Key, keys: Inner.Type) throws(ConfigurationError) -> TableReader<Inner>? {
        guard let value = table[key.rawValue] else { return nil }
        guard let inner = value.table else { throw wrongType(key, "a table, written [\(key.rawValue)]", value.type) }
        return try TableReader<Inner>(inner, at: path + [.key(key.rawValue)], title: "[\(key.rawValue)]", of: source)
    }

    /// An array of tables of the document.
    func tables<Inner>(
        _ key: Key, keys: Inner.Type, atMost count: Int
    ) throws(ConfigurationError) -> [TableReader<Inner>] {
        guard let value = table[key.rawValue] else { return [] }
        let allowed = "tables, each written [[\(key.rawValue)]] with double brackets"
        guard let array = value.array else { throw wrongType(key, allowed, value.type) }
        guard array.count <= count else {
            throw badValue(key, "must be given at most \(count) times", element: count)
        }
        var readers: [TableReader<Inner>] = []
        for (index, element) in array.enumerated() {
            guard let inner = element.table else { throw wrongType(key, allowed, element.type, element: index) }
            readers.append(
                try TableReader<Inner>(
                    inner, at: path + [.key(key.rawValue), .index(index)], title: "[[\(key.rawValue)]] \(index + 1)",
                    of: source))
        }
        return readers
    }

    // MARK: - Errors

    /// A value that cannot be used. `reason` goes on from the key's name: "must be …".
    func badValue(_ key: Key, _ reason: String, element: Int? = nil) -> ConfigurationError {
        source.fault(.badValue, at: path(of: key, element), "\(subject(key)) \(reason)")
    }

    /// A value of a table of pairs that cannot be used.
    func badPair(_ key: Key, _ name: String, _ reason: String) -> ConfigurationError {
        source.fault(.badValue, at: path(of: key, nil) + [.key(name)], "\(subject(key)) \(reason)")
    }

    /// Something that the table lacks.
    func missing(_ reason: String) -> ConfigurationError {
        source.fault(.missingKey, at: path, "\(title) \(reason)")
    }

    private func wrongType(
        _ key: Key, _ allowed: String, _ found: TOMLType, element: Int? = nil
    ) -> ConfigurationError {
        let article = [.array, .int].contains(found) ? "an" : "a"
        let place = element == nil ? "not" : "and element \((element ?? 0) + 1) is"
        return source.fault(
            .wrongType, at: path(of: key, element), "\(subject(key)) must be \(allowed), \(place) \(article) \(found)")
    }

    private func unknownKey(_ key: String) -> ConfigurationError {
        let known = Key.allCases.map(\.rawValue)
        var message = title.isEmpty ? "" : "\(title) "
        message += "\(key.looksLikeKey ? key : "this") is not a known \(title.isEmpty ? "table" : "key")"
        if key == "token" {
            message +=
                "; the token never stands in the configuration: put it into a file of its own and name that in token_file"
        } else if let near = nearest(to: key, in: known) {
            message += "; did you mean \(near)?"
        }
        message += " (allowed: \(known.joined(separator: ", ")))"
        return source.fault(.unknownKey, at: path + [.key(key)], message)
    }

    private func subject(_ key: Key) -> String { title.isEmpty ? key.rawValue : "\(title) \(key.rawValue)" }

    private func path(of key: Key, _ element: Int?) -> [TOMLStep] {
        path + [.key(key.rawValue)] + (element.map { [.index($0)] } ?? [])
    }

    private func order(of key: String) -> Int { source.positions.order(of: path + [.key(key)]) ?? 0 }
}
