import CSQLite
import Testing

/// SQLite without the outbox, to look at its file or to spoil it.
enum RawDatabase {
    /// Runs statements, and gives the first column of what they return.
    @discardableResult
    static func run(_ path: String, _ sql: String) throws -> [String] {
        var handle: OpaquePointer?
        let opened = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil)
        defer { sqlite3_close(handle) }
        try #require(opened == SQLITE_OK)
        let rows = Rows()
        let result = sqlite3_exec(
            handle, sql,
            { rows, _, values, _ in
                guard let rows else { return 1 }
                let text = values?.pointee.map { String(cString: $0) } ?? "NULL"
                Unmanaged<Rows>.fromOpaque(rows).takeUnretainedValue().texts.append(text)
                return 0
            }, Unmanaged.passUnretained(rows).toOpaque(), nil)
        try #require(result == SQLITE_OK, "\(String(cString: sqlite3_errmsg(handle)))")
        return rows.texts
    }

    /// Calls `body` while another connection is in the middle of a change.
    static func whileWriting(_ path: String, _ body: () throws -> Void) throws {
        var handle: OpaquePointer?
        let opened = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, nil)
        defer { sqlite3_close(handle) }
        try #require(opened == SQLITE_OK)
        try #require(sqlite3_exec(handle, "BEGIN IMMEDIATE", nil, nil, nil) == SQLITE_OK)
        try body()
        try #require(sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) == SQLITE_OK)
    }

    private final class Rows {
        var texts: [String] = []
    }
}
