import CSQLite
import Purchases
import SystemCalls

extension OutboxStore {
    /// Opens what is at the path, or makes it, or makes a new one of what a damaged one still holds.
    func open(now: WallTime) throws(OutboxError) {
        // A start that was interrupted after it had made the replacement.
        if OutboxFiles.isThere(files.replacement) { return try putReplacement(now: now) }
        let isEmpty = try system { () throws(SystemError) in try OutboxFiles.makeFile(files.path) }
        // A log without its database is what is left of one, and SQLite would remove it.
        if isEmpty, OutboxFiles.size(files.path + "-wal") > 0 { return try replace(now: now, isReadable: false) }
        do throws(OutboxError) {
            try take(try openSound(files.path))
            try system { () throws(SystemError) in try files.syncDirectory() }
            opening = isEmpty ? .created : .opened
        } catch {
            guard error.code == .corrupt else { throw error }
            try replace(now: now, isReadable: true)
        }
    }

    private func take(_ database: SQLiteDatabase) throws(OutboxError) {
        do throws(SQLiteError) {
            tally = try OutboxTally(database)
        } catch {
            throw OutboxError(error, files.path)
        }
        self.database = database
    }

    private func system<Value>(_ body: () throws(SystemError) -> Value) throws(OutboxError) -> Value {
        do throws(SystemError) {
            return try body()
        } catch {
            throw OutboxError(error, files.path)
        }
    }

    // MARK: A sound database

    /// Opens a database that is whole, or an empty file, and leads it to the present version.
    ///
    /// - Throws: `corrupt` if it is none of them, with the files as they were.
    private func openSound(_ path: String) throws(OutboxError) -> SQLiteDatabase {
        let found: OutboxSchema.Found
        do throws(SQLiteError) {
            let database = try SQLiteDatabase(path, vfs: vfs)
            // Until all has gone well the log is neither copied nor removed: it may have a hole (``WriteAheadLog``).
            database.keepLog(true)
            found = try OutboxSchema.look(at: database)
            if found != .newer {
                try prepare(database, path, isEmpty: found == .empty)
                database.keepLog(false)
                return database
            }
        } catch {
            throw OutboxError(error, path)
        }
        throw .newerVersion(path)
    }

    private func prepare(_ database: SQLiteDatabase, _ path: String, isEmpty: Bool) throws(SQLiteError) {
        // FULL syncs the log at each commit. What is deleted is overwritten where that costs no further page. A log that large
        // invoices have made too long is cut.
        try database.execute(
            """
            PRAGMA synchronous = FULL;
            PRAGMA secure_delete = FAST;
            PRAGMA foreign_keys = ON;
            PRAGMA cell_size_check = ON;
            PRAGMA temp_store = MEMORY;
            PRAGMA mmap_size = 0;
            PRAGMA wal_autocheckpoint = \(settings.checkpointPages);
            PRAGMA journal_size_limit = \(settings.longestLog);
            """)
        // In a transaction nobody else's program writes meanwhile.
        try database.run("BEGIN IMMEDIATE")
        do throws(SQLiteError) {
            try WriteAheadLog.writeBack(of: path, vfs: vfs)
            database.rollBack()
        } catch {
            database.rollBack()
            throw error
        }
        if !isEmpty { try OutboxSchema.check(database) }
        guard try database.rows("PRAGMA journal_mode = WAL", [], { $0.text(0) }) == ["wal"] else {
            // The file system has no shared memory.
            throw SQLiteError(code: SQLITE_CANTOPEN)
        }
        try OutboxSchema.migrate(database)
        try database.checkpoint()
    }

    // MARK: A damaged one

    /// Makes a new database with what can be read of the damaged one, and moves that one out of the way.
    ///
    /// The new one is whole on the disk before the old one's files are touched, so that what is read is not lost with an interrupted start.
    private func replace(now: WallTime, isReadable: Bool) throws(OutboxError) {
        try makeDraft(now: now, isReadable: isReadable)
        try system { () throws(SystemError) in try files.finishDraft() }
        try putReplacement(now: now)
    }

    /// When it returns the draft is closed.
    private func makeDraft(now: WallTime, isReadable: Bool) throws(OutboxError) {
        files.removeDraft()
        _ = try system { () throws(SystemError) in try OutboxFiles.makeFile(files.draft) }
        let draft = try openSound(files.draft)
        do throws(SQLiteError) {
            let damaged = isReadable ? try Salvage.source(files.path, vfs: vfs) : nil
            try Salvage(of: damaged, into: draft).run(now: now)
            try draft.checkpoint()
        } catch {
            throw OutboxError(error, files.path)
        }
    }

    private func putReplacement(now: WallTime) throws(OutboxError) {
        let aside = try system { () throws(SystemError) in
            let aside = try files.setAside(now: now)
            try files.putReplacement()
            return aside
        }
        try take(try openSound(files.path))
        opening = .setAside(path: aside, salvaged: tally.all)
    }
}
