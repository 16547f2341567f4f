import Outbox
import TextChecks

extension OutboxSettings {
    enum Key: String, CaseIterable {
        case path
        case age = "max_age_days"
        case count = "max_count"
        case size = "max_mb"
    }

    init(from table: TableReader<Key>) throws(ConfigurationError) {
        self.init()
        if let path = try table.text(.path, atMost: 4095) {
            guard path.isAbsolutePath(atMost: 4000), !path.hasSuffix("/") else {
                throw table.badValue(.path, "must be the path of the database's file, from / on")
            }
            self.path = path
        }
        maximumAgeDays = try table.integer(.age, in: 1...3650) ?? maximumAgeDays
        maximumCount = try table.integer(.count, in: 100...1_000_000) ?? maximumCount
        maximumMegabytes = try table.integer(.size, in: 8...65_536) ?? maximumMegabytes
    }
}
