import Patterns
import TextChecks

/// What each setting must be. A reason goes on from the key's name; nil is a value that can be used.
extension MappingSettings {
    /// How many paths each list can hold.
    public static let maxPaths = 16

    static let maxPathBytes = 256
    static let maxLevels = 8

    /// Throws what is wrong with the first setting that cannot be used.
    public func check() throws(SettingFault) {
        for (key, paths) in [("member_id", memberID), ("name", name), ("balance", balance)] {
            try Self.check(key, paths.count > Self.maxPaths ? "must hold at most \(Self.maxPaths) strings" : nil)
            for path in paths { try Self.check(key, Self.reason(againstPath: path)) }
        }
        try Self.check("name_pattern", Self.reason(againstNamePattern: namePattern))
        try Self.check("balance_pattern", Self.reason(againstBalancePattern: balancePattern))
    }

    private static func check(_ key: String, _ reason: String?) throws(SettingFault) {
        if let reason { throw SettingFault(key: "mapping.\(key)", message: reason) }
    }

    /// Why this cannot be one of `member_id`, `name` or `balance`.
    public static func reason(againstPath path: String) -> String? {
        let levels = path.split(separator: ".", omittingEmptySubsequences: false)
        guard path.utf8.count <= maxPathBytes, levels.count <= maxLevels, !levels.contains(""),
            !path.hasControlCharacter
        else {
            return "must hold paths such as \"data.points\": 1 to \(maxLevels) names with dots between, "
                + "at most \(maxPathBytes) bytes"
        }
        return nil
    }

    /// Why this cannot be `name_pattern`.
    public static func reason(againstNamePattern pattern: String) -> String? {
        Pattern.reason(against: pattern, group: "name")
    }

    /// Why this cannot be `balance_pattern`.
    public static func reason(againstBalancePattern pattern: String) -> String? {
        Pattern.reason(against: pattern, group: "balance")
    }
}
