import CSQLite
import Glibc
import Purchases
import SystemCalls

/// The purchases on the disk, used by one thread. Each call is one transaction.
///
/// What a call has returned from is on the disk: the log is synced at each commit (`synchronous = FULL`).
///
/// **After a failure it does not go on.** When a write or a sync fails, nobody knows what the disk holds: the kernel shows pages as clean
/// that it could not write, a later sync succeeds without them, and whatever is put behind them would be lost with a power cut although it was
/// acknowledged. So the store is broken from then on (``isBroken``), each call throws, and ``reopen(now:)`` begins anew from what
/// can be read, in this order:
///
/// 1. The connection is closed. SQLite copies those frames of the log into the database that were committed and synced, which
///    are on the disk, and removes the log; if that fails too, the log stays.
/// 2. A log that is there is written over itself and synced (``WriteAheadLog/writeBack(of:vfs:)`` says why). What the page cache shows is on
///    the disk after that, or this fails and the store stays broken.
/// 3. All of the log is copied into the database, synced, and emptied: pages of the database that an earlier copy has written and lost are
///    written again, since the log is not given up before such a sync has succeeded. It also shows that the disk takes writes again.
///
/// The same is done when a service starts: the one before may have died between a failure and its end. A purchase whose insertion has thrown
/// may be there afterwards; the same sale is then a duplicate. So what is unfinished is to be read again after each opening.
public final class OutboxStore {
    let settings: OutboxSettings
    let files: OutboxFiles
    let vfs: String?
    /// nil while it is broken.
    var database: SQLiteDatabase?
    var tally = OutboxTally()
    /// Transactions since the log was copied into the database.
    private var unsettledChanges = 0
    private(set) var failure: OutboxError?

    /// What was found when it was opened last.
    public internal(set) var opening = OutboxOpening.opened

    /// Whether a call has failed in such a way that only ``reopen(now:)`` helps.
    public var isBroken: Bool { failure != nil || database == nil }

    /// Opens the outbox, or makes it.
    ///
    /// - Parameters:
    ///   - vfs: The name of SQLite's layer to the file system, for tests.
    ///   - now: For the name of a damaged database that is set aside.
    public convenience init(_ settings: OutboxSettings, vfs: String? = nil, now: WallTime) throws(OutboxError) {
        try self.init(settings, vfs: vfs, rename: { Glibc.rename($0, $1) }, now: now)
    }

    init(
        _ settings: OutboxSettings, vfs: String? = nil, rename: @escaping OutboxFiles.Rename, now: WallTime
    ) throws(OutboxError) {
        self.settings = settings
        self.vfs = vfs
        files = try OutboxFiles.claim(settings.path, rename: rename)
        try reopen(now: now)
    }

    /// Closes the connection and opens the database anew, as at the start. A damaged one is set aside.
    public func reopen(now: WallTime) throws(OutboxError) {
        database = nil
        do throws(OutboxError) {
            try open(now: now)
            failure = nil
        } catch {
            failure = error
            database = nil
            throw error
        }
    }

    /// Closes it for good, with all of the log in the database if the disk takes it. The right to the files goes with this object.
    public func close() {
        database = nil
        failure = .stopped(settings.path)
    }

    /// Whether the log has grown so that it is worth copying into the database.
    public var wantsTidying: Bool { !isBroken && unsettledChanges >= Self.changesPerTidying }

    /// Copies the log into the database. For a moment in which nobody waits: it takes as long as many insertions.
    public func tidy() throws(OutboxError) {
        unsettledChanges = 0
        try use { database throws(SQLiteError) in try database.copyLog() }
    }

    private static let changesPerTidying = 100

    // MARK: For the calls

    /// Calls `body` with the database. What fails there breaks the store, unless another process was only in the way.
    func use<Value>(_ body: (SQLiteDatabase) throws(SQLiteError) -> Value) throws(OutboxError) -> Value {
        guard failure == nil, let database else { throw failure ?? .stopped(settings.path) }
        do throws(SQLiteError) {
            return try body(database)
        } catch {
            let told = OutboxError(error, settings.path)
            if !error.isBusy && error.primaryCode != SQLITE_CONSTRAINT {
                // What is damaged stays as it is, for a person to look at.
                if error.isDamage { database.keepLog(true) }
                failure = told
                self.database = nil
            }
            throw told
        }
    }

    /// As ``use(_:)``, all in one transaction, with the tally that follows from it.
    func change<Value>(
        _ body: (SQLiteDatabase, inout OutboxTally) throws(SQLiteError) -> Value
    ) throws(OutboxError) -> Value {
        var tally = tally
        let value = try use { database throws(SQLiteError) in
            try database.transaction { () throws(SQLiteError) in try body(database, &tally) }
        }
        self.tally = tally
        unsettledChanges += 1
        return value
    }
}
