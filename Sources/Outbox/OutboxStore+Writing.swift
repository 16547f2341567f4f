import Purchases

extension OutboxStore {
    /// What became of one change.
    enum Written {
        case insert(InsertResult)
        case record
    }

    /// How many finished purchases go at a time to make room.
    private static let roomStep = 64
    /// What a row takes beside its invoice, with its members, its items and its places in the indexes.
    private static let rowBytes = 1024
    private static let bytesPerText = 160
    /// What may go to pages that are begun for a row and for each index, at the most.
    private static let pagesBytes: Int64 = 32_768

    /// Stores purchases, in order, all in one transaction. When it returns they are on the disk.
    ///
    /// One whose key is there already, in the same call too, is not stored again.
    public func insert(_ purchases: [NewPurchase]) throws(OutboxError) -> [InsertResult] {
        try write(purchases.map { .insert($0) }).compactMap { written in
            if case .insert(let result) = written { result } else { nil }
        }
    }

    /// Writes down what has become of purchases, in one transaction. Unknown ids are passed over.
    ///
    /// Once a purchase is finished its invoice goes, and it stays finished.
    public func record(_ records: [PurchaseRecord]) throws(OutboxError) {
        _ = try write([.record(records)])
    }

    /// Makes several changes in one transaction, each with its result.
    func write(_ changes: [OutboxChange]) throws(OutboxError) -> [Written] {
        if changes.isEmpty { return [] }
        return try change { (database, tally) throws(SQLiteError) in
            var results: [Written] = []
            for change in changes {
                switch change {
                case .insert(let purchase): results.append(.insert(try insert(purchase, database, &tally)))
                case .record(let records):
                    for record in records { try write(record, database, &tally) }
                    results.append(.record)
                }
            }
            return results
        }
    }

    private func insert(
        _ purchase: NewPurchase, _ database: SQLiteDatabase, _ tally: inout OutboxTally
    ) throws(SQLiteError) -> InsertResult {
        let table = PurchaseTable(database: database)
        if let stored = try table.select("key = ?", [.text(purchase.key.text)]).first { return .duplicate(stored) }
        while tally.all >= settings.maximumCount {
            let excess = tally.all - settings.maximumCount + 1
            if try dropOldestFinished(excess, database, &tally) == 0 { return .full(.count) }
        }
        let texts = purchase.members.count + purchase.globalIDs.count
        let size = Int64(purchase.body.count + Self.rowBytes + texts * Self.bytesPerText)
        if tally.room < size + Self.pagesBytes {
            while try Self.usedBytes(database) + size > settings.maximumBytes {
                if try dropOldestFinished(Self.roomStep, database, &tally) == 0 { return .full(.size) }
            }
            tally.room = try settings.maximumBytes - Self.usedBytes(database)
        }
        tally.room -= size + Self.pagesBytes
        let id = try table.insert(purchase)
        tally.add(.queued)
        return .stored(id: id)
    }

    private func write(
        _ record: PurchaseRecord, _ database: SQLiteDatabase, _ tally: inout OutboxTally
    ) throws(SQLiteError) {
        let states = try database.rows("SELECT state FROM purchase WHERE id = ?", [.integer(record.id)]) { $0.text(0) }
        guard let found = states.first else { return }
        guard let old = found.flatMap({ PurchaseState(rawValue: $0) }) else { throw .corrupt }
        // Without its invoice nothing can be made of it any more.
        if old.isFinished && !record.state.isFinished { return }
        var values: [SQLiteValue] = [
            .text(record.state.rawValue), SQLiteValue(max(record.attempts, 0)), SQLiteValue(record.detail),
            SQLiteValue(record.answer), record.state == .queued ? .null : SQLiteValue(record.at),
        ]
        let columns = "state = ?, attempts = ?, detail = ?, answer = coalesce(?, answer), ended_us = ?"
        if record.state.isFinished {
            values += [.blob([]), .integer(record.id)]
            try database.run("UPDATE purchase SET \(columns), body = ? WHERE id = ?", values)
        } else {
            values.append(.integer(record.id))
            try database.run("UPDATE purchase SET \(columns) WHERE id = ?", values)
        }
        tally.add(old, -1)
        tally.add(record.state)
    }

    /// The pages that hold something, as the transaction sees them.
    static func usedBytes(_ database: SQLiteDatabase) throws(SQLiteError) -> Int64 {
        let pages = try database.integer("PRAGMA page_count") - database.integer("PRAGMA freelist_count")
        return try pages * database.integer("PRAGMA page_size")
    }

    /// Removes finished purchases, those first that ended first.
    ///
    /// - Returns: How many there were.
    func dropOldestFinished(
        _ count: Int, _ database: SQLiteDatabase, _ tally: inout OutboxTally
    ) throws(SQLiteError) -> Int {
        try dropFinished("", [SQLiteValue(count)], database, &tally)
    }

    /// - Parameters:
    ///   - condition: What is asked for besides, beginning with AND.
    ///   - values: Its parameters, and how many may go.
    func dropFinished(
        _ condition: String, _ values: [SQLiteValue], _ database: SQLiteDatabase, _ tally: inout OutboxTally
    ) throws(SQLiteError) -> Int {
        // Without being told SQLite takes the states' index and sorts all that are finished.
        let found = try database.rows(
            """
            SELECT id, state FROM purchase INDEXED BY purchase_finished
            WHERE state IN ('accepted', 'rejected', 'discarded') \(condition) ORDER BY ended_us, id LIMIT ?
            """, values
        ) { row in
            (row.integer(0), row.text(1).flatMap { PurchaseState(rawValue: $0) })
        }
        for (id, state) in found {
            guard let state else { throw .corrupt }
            try database.run("DELETE FROM purchase WHERE id = ?", [.integer(id)])
            tally.add(state, -1)
        }
        return found.count
    }
}
