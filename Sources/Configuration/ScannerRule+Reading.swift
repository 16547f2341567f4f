import Keystrokes
import Scanners
import TextChecks

extension ScannerRule {
    enum Key: String, CaseIterable {
        case vendor, product, serial, name, port, use, layout, end, prefix, suffix, aim
        case gap = "gap_ms"
        case passKeys = "pass_keys"
    }

    init(from table: TableReader<Key>, knowsLayout: (String) -> Bool) throws(ConfigurationError) {
        self.init()
        vendor = try Self.identifier(.vendor, from: table)
        product = try Self.identifier(.product, from: table)
        serial = try Self.condition(.serial, from: table)
        name = try Self.condition(.name, from: table)
        port = try Self.condition(.port, from: table)
        guard [vendor, product, serial, name, port].contains(where: { $0 != nil }) else {
            throw table.missing("needs at least one of vendor, product, serial, name, port: it would be every device")
        }
        use = try table.flag(.use) ?? use
        decoding = try DecodingSettings(from: table, knowsLayout: knowsLayout)
    }

    /// Four hexadecimal digits as udev writes them, in lower case.
    private static func identifier(_ key: Key, from table: TableReader<Key>) throws(ConfigurationError) -> String? {
        guard let text = try table.text(key, atMost: 256) else { return nil }
        let lowercased = text.lowercased()
        let digits = lowercased.hasPrefix("0x") ? lowercased.dropFirst(2) : lowercased[...]
        guard digits.utf8.count == 4, digits.utf8.allSatisfy(\.isHexDigit) else {
            throw table.badValue(key, "must be a string of four hexadecimal digits, such as \"0c2e\"")
        }
        return String(digits)
    }

    private static func condition(_ key: Key, from table: TableReader<Key>) throws(ConfigurationError) -> String? {
        guard let text = try table.text(key, atMost: 256) else { return nil }
        guard !text.isEmpty, !text.hasControlCharacter else {
            throw table.badValue(
                key, "must not be empty nor hold control characters; leave it out to match every device")
        }
        return text
    }
}

extension DecodingSettings {
    fileprivate init(
        from table: TableReader<ScannerRule.Key>, knowsLayout: (String) -> Bool
    ) throws(ConfigurationError) {
        self.init()
        if let text = try table.text(.layout, atMost: 64) {
            guard Self.hasFormOfLayout(text), knowsLayout(text) else {
                throw table.badValue(
                    .layout, "must be an xkb layout such as us, es, fr, de, gb, it, pt, or \"layout(variant)\"")
            }
            layout = text
        }
        if let names = try table.texts(.end, atMost: 8) {
            endKeys = []
            for (index, name) in names.enumerated() {
                guard let endKey = EndKey(rawValue: name) else {
                    throw table.badValue(.end, "must hold only \(list(EndKey.self)), or nothing", element: index)
                }
                endKeys.insert(endKey)
            }
        }
        prefix = try table.text(.prefix, atMost: 64) ?? prefix
        suffix = try table.text(.suffix, atMost: 64) ?? suffix
        aim = try table.choice(.aim, of: AIM.self) ?? aim
        gapMilliseconds = try table.integer(.gap, in: 20...10_000) ?? gapMilliseconds
        for (index, name) in (try table.texts(.passKeys, atMost: 32) ?? []).enumerated() {
            guard let (key, modifiers) = KeyName.parse(name) else {
                throw table.badValue(
                    .passKeys, "must hold names of keys such as \"f8\", \"ctrl+rightbrace\" or \"alt+f4\"",
                    element: index)
            }
            namedKeys.allow(key, with: modifiers)
        }
    }

    /// xkb takes a layout's name for a file's, so it must not lead elsewhere.
    private static func hasFormOfLayout(_ text: String) -> Bool {
        func isName(_ part: Substring) -> Bool {
            !part.isEmpty && part.utf8.allSatisfy { $0.isAlphanumeric(or: "_-") }
        }
        guard let open = text.firstIndex(of: "(") else { return isName(text[...]) }
        return text.hasSuffix(")") && isName(text[..<open]) && isName(text[text.index(after: open)...].dropLast())
    }
}
