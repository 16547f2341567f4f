import Loyalty

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
        namePattern = try table.text(.namePattern, checkedBy: Self.reason(againstNamePattern:)) ?? namePattern
        balancePattern =
            try table.text(.balancePattern, checkedBy: Self.reason(againstBalancePattern:)) ?? balancePattern
    }

    private static func paths(_ key: Key, from table: TableReader<Key>) throws(ConfigurationError) -> [String] {
        let paths = try table.texts(key, atMost: maxPaths) ?? []
        for (index, path) in paths.enumerated() {
            if let reason = reason(againstPath: path) { throw table.badValue(key, reason, element: index) }
        }
        return paths
    }
}
