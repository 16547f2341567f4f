import CSQLite
import SystemCalls

/// A call of SQLite's that failed.
struct SQLiteError: Error, Equatable, CustomStringConvertible {
    /// The extended result code.
    let code: Int32
    /// The kernel's reason, 0 if there is none.
    let errno: Int32

    init(code: Int32, errno: Int32 = 0) {
        self.code = code
        self.errno = errno
    }

    /// What the connection's last call failed with.
    init(code: Int32, of handle: OpaquePointer?) {
        self.code = code
        // It is left over from whatever failed last, so it counts only where the kernel had a part in it.
        let isOfKernel = [SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY].contains(code & 0xFF)
        errno = isOfKernel ? sqlite3_system_errno(handle) : 0
    }

    /// A database that SQLite reads, with something in it that this program has not written.
    static let corrupt = SQLiteError(code: SQLITE_CORRUPT)

    var primaryCode: Int32 { code & 0xFF }

    /// Whether the call only has to be made again later because somebody else is at it.
    var isBusy: Bool { primaryCode == SQLITE_BUSY || primaryCode == SQLITE_LOCKED }

    var isDamage: Bool { primaryCode == SQLITE_CORRUPT || primaryCode == SQLITE_NOTADB }

    // SQLite's message of the connection is not used: it may quote.
    var description: String {
        let reason = errno == 0 ? "" : ", \(SystemError(call: "errno", errno: errno).reason)"
        return "\(String(cString: sqlite3_errstr(code))) (SQLite \(code)\(reason))"
    }
}
