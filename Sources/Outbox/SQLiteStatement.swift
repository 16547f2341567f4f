import CSQLite

/// A prepared statement, and the row it stands on.
final class SQLiteStatement {
    private let handle: OpaquePointer
    private let database: OpaquePointer

    /// - Parameter database: A connection that lives longer.
    init(_ sql: String, on database: OpaquePointer) throws(SQLiteError) {
        var handle: OpaquePointer?
        let result = sqlite3_prepare_v3(database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard result == SQLITE_OK, let handle else { throw SQLiteError(code: result, of: database) }
        self.handle = handle
        self.database = database
    }

    deinit { sqlite3_finalize(handle) }

    /// Sets all parameters, from the first on.
    func bind(_ values: [SQLiteValue]) throws(SQLiteError) {
        for (offset, value) in values.enumerated() {
            let index = Int32(offset + 1)
            let result =
                switch value {
                case .null: sqlite3_bind_null(handle, index)
                case .integer(let number): sqlite3_bind_int64(handle, index, number)
                case .text(var text):
                    text.withUTF8 { utf8 in
                        utf8.withMemoryRebound(to: CChar.self) {
                            scanbridge_sqlite_bind_text(handle, index, $0.baseAddress, UInt64($0.count))
                        }
                    }
                case .blob(let bytes):
                    bytes.withUnsafeBytes {
                        scanbridge_sqlite_bind_blob(handle, index, $0.baseAddress, UInt64($0.count))
                    }
                }
            guard result == SQLITE_OK else { throw SQLiteError(code: result, of: database) }
        }
    }

    /// Goes to the next row; false after the last.
    func step() throws(SQLiteError) -> Bool {
        let result = sqlite3_step(handle)
        switch result {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw SQLiteError(code: result, of: database)
        }
    }

    /// Ends the reading, and lets what was bound go.
    func reset() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    func integerIfAny(_ column: Int32) -> Int64? {
        sqlite3_column_type(handle, column) == SQLITE_NULL ? nil : integer(column)
    }

    /// The column's bytes as UTF-8; what is none becomes U+FFFD.
    func text(_ column: Int32) -> String? {
        bytes(column).map { String(decoding: $0, as: UTF8.self) }
    }

    func blob(_ column: Int32) -> [UInt8]? {
        bytes(column).map { Array($0) }
    }

    private func bytes(_ column: Int32) -> UnsafeRawBufferPointer? {
        guard sqlite3_column_type(handle, column) != SQLITE_NULL else { return nil }
        // The address is that of text or blob as it is stored, and NULL if it is empty.
        let address = sqlite3_column_blob(handle, column)
        return UnsafeRawBufferPointer(start: address, count: Int(sqlite3_column_bytes(handle, column)))
    }
}
