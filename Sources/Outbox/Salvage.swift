import CSQLite
import Purchases
import SystemCalls

/// Takes over what a damaged database still holds of purchases that are not finished.
///
/// A row is taken only if it, its members, its items and its invoice can be read, make sense and the invoice's check number is right.
struct Salvage {
    private let damaged: PurchaseTable?
    private let target: PurchaseTable

    /// How many ids are tried one by one where the table cannot be read in order.
    private static let maximumGap: Int64 = 100_000
    private static let states = "state IN ('queued', 'failed')"

    /// - Parameter damaged: nil if nothing of it can be read.
    init(of damaged: SQLiteDatabase?, into target: SQLiteDatabase) {
        self.damaged = damaged.map { PurchaseTable(database: $0) }
        self.target = PurchaseTable(database: target)
    }

    /// A connection to a damaged database that changes nothing in it; nil if SQLite knows none there.
    static func source(_ path: String, vfs: String?) throws(SQLiteError) -> SQLiteDatabase? {
        try reading { () throws(SQLiteError) in
            let database = try SQLiteDatabase(path, vfs: vfs)
            database.keepLog(true)
            try database.execute("PRAGMA query_only = ON; PRAGMA cell_size_check = ON")
            // Another program's database has no purchases, whatever its tables are called.
            let application = try database.integer("PRAGMA application_id")
            return application == OutboxSchema.applicationID ? database : nil
        } ?? nil
    }

    func run(now: WallTime) throws(SQLiteError) {
        let ids = try damaged.map { (damaged) throws(SQLiteError) in try Self.ids(damaged.database) } ?? []
        try target.database.transaction { () throws(SQLiteError) in
            for id in ids.sorted() { try take(id) }
            try keepSequence(ids, now: now)
        }
    }

    private func take(_ id: Int64) throws(SQLiteError) {
        guard let damaged else { return }
        let found = try Self.reading { () throws(SQLiteError) -> (StoredPurchase, [UInt8])? in
            let purchases = try damaged.select("id = ? AND \(Self.states)", [.integer(id)])
            guard let purchase = purchases.first, Self.makesSense(purchase), let body = try damaged.body(of: id)
            else { return nil }
            return (purchase, body)
        }
        guard case .some(.some(let (purchase, body))) = found else { return }
        do {
            _ = try target.insert(purchase, body: body)
        } catch  where error.primaryCode == SQLITE_CONSTRAINT {
            // Two rows with one key: one of them is damage, and the sale is there once.
        }
    }

    private static func makesSense(_ purchase: StoredPurchase) -> Bool {
        let texts = [purchase.sale, purchase.amount ?? "", purchase.currency ?? "", purchase.detail ?? ""]
        return purchase.id > 0 && !purchase.state.isFinished && !purchase.members.contains("")
            && (1...NewPurchase.maxSaleBytes).contains(purchase.sale.utf8.count)
            && !(texts + purchase.members + purchase.globalIDs).contains { $0.unicodeScalars.contains("\u{FFFD}") }
    }

    /// The ids that the table and its index know, each read from both ends until it cannot be read.
    private static func ids(_ database: SQLiteDatabase) throws(SQLiteError) -> Set<Int64> {
        let upwards = try readable(database, "SELECT id FROM purchase NOT INDEXED ORDER BY id")
        let downwards = try readable(database, "SELECT id FROM purchase NOT INDEXED ORDER BY id DESC")
        let indexed = try readable(database, "SELECT id FROM purchase INDEXED BY purchase_state WHERE \(states)")
        var ids = Set(upwards).union(downwards).union(indexed)
        if let last = downwards.min() ?? indexed.max(), last > 1 {
            let first = max(upwards.max() ?? 0, last - maximumGap)
            if first < last { ids.formUnion(first + 1..<last) }
        }
        return ids
    }

    private static func readable(_ database: SQLiteDatabase, _ sql: String) throws(SQLiteError) -> [Int64] {
        var ids: [Int64] = []
        _ = try reading { () throws(SQLiteError) in
            _ = try database.rows(sql) { ids.append($0.integer(0)) }
        }
        return ids
    }

    /// Ids are not given again. Where it cannot be read how far they had got, they go on from a number that a purchase each second
    /// since 1970 would not have reached.
    private func keepSequence(_ ids: Set<Int64>, now: WallTime) throws(SQLiteError) {
        let known = try Self.reading { () throws(SQLiteError) in
            try damaged?.database.integer("SELECT seq FROM sqlite_sequence WHERE name = 'purchase'")
        }
        var last = max(ids.max() ?? 0, 0)
        if case .some(.some(let sequence)) = known {
            last = max(last, sequence)
        } else {
            last = max(last, now.microseconds / 1_000_000)
        }
        try target.database.run("DELETE FROM sqlite_sequence WHERE name = 'purchase'")
        try target.database.run("INSERT INTO sqlite_sequence (name, seq) VALUES ('purchase', ?)", [.integer(last)])
    }

    /// What `body` reads; nil where damage is in the way. A fault of the disk is none: it may be over soon.
    private static func reading<Value>(_ body: () throws(SQLiteError) -> Value) throws(SQLiteError) -> Value? {
        do throws(SQLiteError) {
            return try body()
        } catch {
            // A table that is missing is SQLITE_ERROR.
            guard error.isDamage || error.primaryCode == SQLITE_ERROR else { throw error }
            return nil
        }
    }
}
