import Purchases
import SystemCalls

/// Purchases as rows. Whoever calls has begun a transaction if there is to be one.
struct PurchaseTable {
    let database: SQLiteDatabase

    static let columns = """
        id, key, sale, is_refund, amount, currency, received_us, state, attempts, detail, answer, ended_us, length(body)
        """

    /// The column behind ``columns`` in a query that asks for more.
    static let nextColumn: Int32 = 13

    /// - Parameter purchase: With the id it is to have, or 0.
    /// - Returns: Its id.
    func insert(_ purchase: StoredPurchase, body: [UInt8]) throws(SQLiteError) -> Int64 {
        try database.run(
            """
            INSERT INTO purchase (
                id, key, sale, is_refund, amount, currency, received_us, state, attempts, detail, answer, ended_us,
                body_check, body
            ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                purchase.id == 0 ? .null : .integer(purchase.id), .text(purchase.key.text), .text(purchase.sale),
                .integer(purchase.isRefund ? 1 : 0), SQLiteValue(purchase.amount), SQLiteValue(purchase.currency),
                .integer(purchase.receivedAt.microseconds), .text(purchase.state.rawValue),
                SQLiteValue(purchase.attempts), SQLiteValue(purchase.detail), SQLiteValue(purchase.answer),
                SQLiteValue(purchase.endedAt), .integer(BodyCheck.number(body, key: purchase.key)), .blob(body),
            ])
        let id = database.lastInsertedRow
        for (place, member) in purchase.members.enumerated() {
            try database.run(
                "INSERT INTO purchase_member VALUES (?, ?, ?)", [.integer(id), SQLiteValue(place), .text(member)])
        }
        for (place, item) in purchase.globalIDs.enumerated() {
            try database.run(
                "INSERT INTO purchase_item VALUES (?, ?, ?)", [.integer(id), SQLiteValue(place), .text(item)])
        }
        return id
    }

    func insert(_ purchase: NewPurchase) throws(SQLiteError) -> Int64 {
        let stored = StoredPurchase(
            id: 0, key: purchase.key, sale: purchase.sale, isRefund: purchase.isRefund, members: purchase.members,
            globalIDs: purchase.globalIDs, amount: purchase.amount, currency: purchase.currency,
            receivedAt: purchase.receivedAt, state: .queued, bodyBytes: purchase.body.count)
        return try insert(stored, body: purchase.body)
    }

    /// Purchases that a condition admits. It must name few different ones: each is a statement that is kept.
    func select(_ condition: String, _ values: [SQLiteValue]) throws(SQLiteError) -> [StoredPurchase] {
        try database.rows("SELECT \(Self.columns) FROM purchase WHERE \(condition)", values, purchase)
    }

    /// The purchase of a row that begins with ``columns``.
    func purchase(_ row: SQLiteStatement) throws(SQLiteError) -> StoredPurchase {
        let id = row.integer(0)
        guard let keyText = row.text(1), let key = SaleKey(stored: keyText), let sale = row.text(2),
            let state = row.text(7).flatMap({ PurchaseState(rawValue: $0) }), row.integer(8) >= 0
        else { throw .corrupt }
        return StoredPurchase(
            id: id, key: key, sale: sale, isRefund: row.integer(3) == 1,
            members: try texts("SELECT member FROM purchase_member WHERE purchase = ? ORDER BY place", id),
            globalIDs: try texts("SELECT global_id FROM purchase_item WHERE purchase = ? ORDER BY place", id),
            amount: row.text(4), currency: row.text(5), receivedAt: WallTime(microseconds: row.integer(6)),
            state: state,
            attempts: Int(row.integer(8)), detail: row.text(9), answer: row.blob(10),
            endedAt: row.integerIfAny(11).map { WallTime(microseconds: $0) }, bodyBytes: Int(row.integer(12)))
    }

    /// The invoice, if there is one and it is what was stored.
    func body(of id: Int64) throws(SQLiteError) -> [UInt8]? {
        let bodies = try database.rows("SELECT key, body_check, body FROM purchase WHERE id = ?", [.integer(id)]) {
            row -> [UInt8]? in
            guard let key = row.text(0).flatMap({ SaleKey(stored: $0) }), let body = row.blob(2), !body.isEmpty,
                BodyCheck.number(body, key: key) == row.integer(1)
            else { return nil }
            return body
        }
        return bodies.first.flatMap { $0 }
    }

    private func texts(_ sql: String, _ id: Int64) throws(SQLiteError) -> [String] {
        try database.rows(sql, [.integer(id)]) { $0.text(0) ?? "" }
    }
}
