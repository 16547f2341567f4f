import Purchases
import SystemCalls

extension OutboxStore {
    /// What is queued or failed, by id, from the first behind `id` on.
    public func unfinished(after id: Int64, limit: Int) throws(OutboxError) -> [StoredPurchase] {
        try list(PurchaseFilter(states: [.queued, .failed]), after: id, limit: limit)
    }

    /// Purchases that the filter admits, by id, from the first behind `id` on.
    public func list(_ filter: PurchaseFilter, after id: Int64, limit: Int) throws(OutboxError) -> [StoredPurchase] {
        var condition = "id > ?1"
        var values: [SQLiteValue] = [.integer(id), SQLiteValue(max(limit, 0))]
        func parameter(_ value: SQLiteValue) -> String {
            values.append(value)
            return "?\(values.count)"
        }
        if let states = filter.states {
            // In one order, so that the same states are the same statement.
            let names = PurchaseState.allCases.filter(states.contains).map { "'\($0.rawValue)'" }
            // The states' index has the ids in order for one state only; of several all rows would be sorted for each page (the + keeps
            // SQLite from it).
            condition += " AND \(names.count > 1 ? "+" : "")state IN (\(names.joined(separator: ", ")))"
        }
        if let sale = filter.sale { condition += " AND sale = \(parameter(.text(sale)))" }
        if let member = filter.member {
            let place = parameter(.text(member))
            condition += " AND id IN (SELECT purchase FROM purchase_member WHERE member = \(place))"
        }
        return try use { database throws(SQLiteError) in
            try PurchaseTable(database: database).select("\(condition) ORDER BY id LIMIT ?2", values)
        }
    }

    public func purchase(_ id: Int64) throws(OutboxError) -> StoredPurchase? {
        try use { database throws(SQLiteError) in
            try PurchaseTable(database: database).select("id = ?", [.integer(id)]).first
        }
    }

    public func purchase(withKey key: SaleKey) throws(OutboxError) -> StoredPurchase? {
        try use { database throws(SQLiteError) in
            try PurchaseTable(database: database).select("key = ?", [.text(key.text)]).first
        }
    }

    /// The invoice; nil if there is none any more, or it is not what was stored, so that it must not be sent.
    public func body(of id: Int64) throws(OutboxError) -> [UInt8]? {
        try use { database throws(SQLiteError) in try PurchaseTable(database: database).body(of: id) }
    }

    /// How much there is. It reads one row.
    public func counts() throws(OutboxError) -> OutboxCounts {
        try use { database throws(SQLiteError) in
            var counts = OutboxCounts()
            counts.queued = tally[.queued]
            counts.failed = tally[.failed]
            counts.finished = tally.finished
            let oldest = try database.rows(
                "SELECT received_us FROM purchase WHERE state = 'queued' ORDER BY id LIMIT 1"
            ) { $0.integer(0) }
            counts.oldestQueuedAt = oldest.first.map { WallTime(microseconds: $0) }
            counts.bytes = OutboxFiles.size(files.path) + OutboxFiles.size(files.path + "-wal")
            return counts
        }
    }
}
