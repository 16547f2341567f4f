import Purchases

/// How many purchases there are in which state, kept beside the database so that it need not be asked.
struct OutboxTally {
    private var counts: [PurchaseState: Int] = [:]
    /// Bytes for which there is room beyond doubt, so that the file need not be asked for each purchase.
    var room: Int64 = 0

    init() {}

    init(_ database: SQLiteDatabase) throws(SQLiteError) {
        let rows = try database.rows("SELECT state, count(*) FROM purchase GROUP BY state") { row in
            (row.text(0).flatMap { PurchaseState(rawValue: $0) }, Int(row.integer(1)))
        }
        for (state, count) in rows {
            guard let state else { throw .corrupt }
            counts[state] = count
        }
    }

    subscript(state: PurchaseState) -> Int { counts[state] ?? 0 }

    var all: Int { counts.values.reduce(0, +) }
    var finished: Int { PurchaseState.allCases.reduce(0) { $0 + ($1.isFinished ? self[$1] : 0) } }

    mutating func add(_ state: PurchaseState, _ count: Int = 1) { counts[state, default: 0] += count }
}
