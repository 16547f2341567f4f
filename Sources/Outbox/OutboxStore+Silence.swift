import Purchases
import SystemCalls

/// For how long the provider has asked to be sent nothing. A damaged database does not hand it on: then it is asked once too often.
extension OutboxStore {
    public func silence() throws(OutboxError) -> EndpointSilence? {
        try use { database throws(SQLiteError) in
            let sql = "SELECT endpoint, detail, asked_us, until_us FROM silence"
            return try database.rows(sql) { row throws(SQLiteError) in
                guard let endpoint = row.text(0), let detail = row.text(1) else { throw .corrupt }
                return EndpointSilence(
                    endpoint: endpoint, detail: detail, askedAt: WallTime(microseconds: row.integer(2)),
                    until: WallTime(microseconds: row.integer(3)))
            }.first
        }
    }

    /// Writes it down in place of an earlier one; nil for none.
    public func setSilence(_ silence: EndpointSilence?) throws(OutboxError) {
        try change { (database, _) throws(SQLiteError) in
            guard let silence else { return try database.run("DELETE FROM silence") }
            try database.run(
                "INSERT OR REPLACE INTO silence (id, endpoint, detail, asked_us, until_us) VALUES (1, ?, ?, ?, ?)",
                [
                    .text(silence.endpoint), .text(silence.detail), SQLiteValue(silence.askedAt),
                    SQLiteValue(silence.until),
                ])
        }
    }
}
