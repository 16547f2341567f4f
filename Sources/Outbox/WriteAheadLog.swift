import CSQLite

/// The file `PATH-wal`, beside SQLite.
enum WriteAheadLog {
    private static let chunk = 65_536

    /// Writes the log's own bytes over it and syncs it, so that the disk holds what the page cache shows.
    ///
    /// After a failed fsync(2) the kernel takes the pages that it could not write for clean: they can be read, and are gone after a power
    /// cut, and no later fsync tells of it or writes them. SQLite in the process that failed does not count such frames, but whoever opens
    /// the database next reads them as a transaction that was made. What comes then would be behind a hole: appended to the log
    /// it would not be found after a power cut. Copied into the database it would be half there: the log on the disk ends at the hole, and
    /// its older pages would lie over the newer ones in the database. Bytes that are written again are dirty again, and
    /// the sync that follows tells the truth about them.
    ///
    /// Nobody else may write meanwhile: the caller is in a transaction.
    static func writeBack(of path: String, vfs name: String?) throws(SQLiteError) {
        guard let vfs = sqlite3_vfs_find(name) else { throw SQLiteError(code: SQLITE_ERROR) }
        let logPath = path + "-wal"
        var isThere: Int32 = 0
        try check(vfs.pointee.xAccess?(vfs, logPath, SQLITE_ACCESS_EXISTS, &isThere))
        if isThere == 0 { return }
        let size = Int(vfs.pointee.szOsFile)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        defer { memory.deallocate() }
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        let file = memory.assumingMemoryBound(to: sqlite3_file.self)
        // The name must stand as long as the file is open.
        let result = logPath.withCString { logPath in
            do throws(SQLiteError) {
                try check(
                    vfs.pointee.xOpen?(vfs, logPath, file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_WAL, nil))
                guard let methods = file.pointee.pMethods?.pointee else { return SQLITE_IOERR }
                defer { _ = methods.xClose?(file) }
                try copy(file, methods)
                return SQLITE_OK
            } catch {
                return error.code
            }
        }
        try check(result)
    }

    private static func copy(_ file: UnsafeMutablePointer<sqlite3_file>, _ methods: sqlite3_io_methods)
        throws(SQLiteError)
    {
        var size: sqlite3_int64 = 0
        try check(methods.xFileSize?(file, &size))
        var bytes = [UInt8](repeating: 0, count: chunk)
        var offset: sqlite3_int64 = 0
        while offset < size {
            let count = Int32(min(Int64(chunk), size - offset))
            try check(methods.xRead?(file, &bytes, count, offset))
            try check(methods.xWrite?(file, bytes, count, offset))
            offset += Int64(count)
        }
        try check(methods.xSync?(file, SQLITE_SYNC_NORMAL))
    }

    private static func check(_ result: Int32?) throws(SQLiteError) {
        let code = result ?? SQLITE_ERROR
        guard code == SQLITE_OK else { throw SQLiteError(code: code) }
    }
}
