import CSQLite

/// One connection to a database, used by one thread at a time.
final class SQLiteDatabase {
    private let handle: OpaquePointer
    private var statements: [String: SQLiteStatement] = [:]

    /// How long a call waits for another process, which only a person's tool can be.
    private static let busyMilliseconds: Int32 = 200

    /// Opens a file that is there.
    ///
    /// - Parameter vfs: The name of SQLite's layer to the file system; nil is the usual one.
    init(_ path: String, vfs: String?) throws(SQLiteError) {
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE
        let result = sqlite3_open_v2(path, &opened, flags, vfs)
        guard result == SQLITE_OK, let opened else {
            // Even then there is a connection, which knows why.
            let error = SQLiteError(code: sqlite3_extended_errcode(opened), of: opened)
            sqlite3_close(opened)
            throw error
        }
        handle = opened
        sqlite3_extended_result_codes(opened, 1)
        sqlite3_busy_timeout(opened, Self.busyMilliseconds)
        scanbridge_sqlite_defend(opened)
    }

    // The last connection to be closed copies the log into the database and removes it.
    deinit {
        statements.removeAll()
        sqlite3_close(handle)
    }

    /// Says whether the log stays as it is when the connection is closed.
    func keepLog(_ keeps: Bool) { scanbridge_sqlite_keep_log(handle, keeps ? 1 : 0) }

    /// The statement of this text, which is prepared once.
    private func statement(_ sql: String) throws(SQLiteError) -> SQLiteStatement {
        if let kept = statements[sql] { return kept }
        let made = try SQLiteStatement(sql, on: handle)
        statements[sql] = made
        return made
    }

    /// Runs a statement without result.
    func run(_ sql: String, _ values: [SQLiteValue] = []) throws(SQLiteError) {
        let statement = try statement(sql)
        defer { statement.reset() }
        try statement.bind(values)
        while try statement.step() {}
    }

    /// Reads all rows of a statement's result.
    func rows<Value>(
        _ sql: String, _ values: [SQLiteValue] = [], _ read: (SQLiteStatement) throws(SQLiteError) -> Value
    ) throws(SQLiteError) -> [Value] {
        let statement = try statement(sql)
        defer { statement.reset() }
        try statement.bind(values)
        var rows: [Value] = []
        while try statement.step() { rows.append(try read(statement)) }
        return rows
    }

    /// The first column of the first row, 0 if there is none.
    func integer(_ sql: String, _ values: [SQLiteValue] = []) throws(SQLiteError) -> Int64 {
        try rows(sql, values) { $0.integer(0) }.first ?? 0
    }

    /// Runs statements that return nothing and are not needed again.
    func execute(_ sql: String) throws(SQLiteError) {
        let result = sqlite3_exec(handle, sql, nil, nil, nil)
        guard result == SQLITE_OK else { throw SQLiteError(code: result, of: handle) }
    }

    /// Makes all changes of `body` or none. When it returns they are on the disk.
    func transaction<Value>(_ body: () throws(SQLiteError) -> Value) throws(SQLiteError) -> Value {
        try run("BEGIN IMMEDIATE")
        do throws(SQLiteError) {
            let value = try body()
            try run("COMMIT")
            return value
        } catch {
            rollBack()
            throw error
        }
    }

    /// Ends a transaction without a change. SQLite may have done so by itself.
    func rollBack() {
        if sqlite3_get_autocommit(handle) == 0 { _ = sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
    }

    var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle) }
    var changes: Int { Int(sqlite3_changes(handle)) }

    /// Copies as much of the log into the database as can be.
    func copyLog() throws(SQLiteError) {
        let result = sqlite3_wal_checkpoint_v2(handle, "main", SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        guard result == SQLITE_OK || result == SQLITE_BUSY else { throw SQLiteError(code: result, of: handle) }
    }

    /// Copies the whole log into the database and empties it.
    func checkpoint() throws(SQLiteError) {
        let result = sqlite3_wal_checkpoint_v2(handle, "main", SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
        guard result == SQLITE_OK else { throw SQLiteError(code: result, of: handle) }
    }
}
