import Loyalty
import Patterns

extension MappingSettings {
    enum Key: String, CaseIterable {
        case memberID = "member_id"
        case name, balance
        case namePattern = "name_pattern"
        case balancePattern = "balance_pattern"
    }

    init(from table: TableReader<Key>) throws(ConfigurationError) {
        self.init()
        memberID = try Self.paths(.memberID, from: table)
        name = try Self.paths(.name, from: table)
        balance = try Self.paths(.balance, from: table)
        namePattern = try Self.pattern(.namePattern, group: "name", from: table)
        balancePattern = try Self.pattern(.balancePattern, group: "balance", from: table)
    }

    private static func paths(_ key: Key, from table: TableReader<Key>) throws(ConfigurationError) -> [String] {
        let paths = try table.texts(key, atMost: 16) ?? []
        for (index, path) in paths.enumerated() {
            let levels = path.split(separator: ".", omittingEmptySubsequences: false)
            guard path.utf8.count <= 256, levels.count <= 8, !levels.contains(""), !path.hasControlCharacter else {
                throw table.badValue(
                    key, "must hold paths such as \"data.points\": 1 to 8 names with dots between, at most 256 bytes",
                    element: index)
            }
        }
        return paths
    }

    private static func pattern(
        _ key: Key, group: String, from table: TableReader<Key>
    ) throws(ConfigurationError) -> String {
        guard let pattern = try table.pattern(key) else { return "" }
        guard pattern.compiled.hasGroup(group) else {
            throw table.badValue(key, "must have a group (?<\(group)>…) around what is wanted")
        }
        return pattern.text
    }
}

extension TableReader {
    /// A regular expression of at most 1024 bytes; nil if it is not given or empty.
    func pattern(_ key: Key) throws(ConfigurationError) -> (text: String, compiled: Pattern)? {
        guard let text = try text(key, atMost: 1024), !text.isEmpty else { return nil }
        do {
            return (text, try Pattern(text))
        } catch {
            throw badValue(key, "must be a regular expression; at byte \(error.offset): \(error.message)")
        }
    }
}
