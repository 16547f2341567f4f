import Glibc
import LoopTesting
import Purchases
import SystemCalls
import Testing

@testable import Outbox

/// Who may open the outbox, and which files are taken for one.
@Suite("Opening the outbox")
struct OpeningTests {
    private let box: Room

    init() throws { box = try Room() }

    private func code(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return (error as? OutboxError)?.code.rawValue
        }
    }

    @Test("two at one path: the second is told so, and comes in when the first has gone")
    func lock() throws {
        do {
            let first = try box.open()
            #expect(code { _ = try box.open() } == "locked")
            _ = try first.insert([Samples.purchase(1)])
            first.close()
            #expect(code { _ = try box.open() } == "locked", "the right goes with the object")
        }
        #expect(try box.open().counts().queued == 1)
    }

    @Test("another program in a transaction is in the way, and the store goes on after it")
    func busy() throws {
        let store = try box.open()
        try RawDatabase.whileWriting(box.database) {
            #expect(code { _ = try store.insert([Samples.purchase(1)]) } == "locked")
            #expect(!store.isBroken)
        }
        #expect(try store.insert([Samples.purchase(1)]) == [.stored(id: 1)])
    }

    @Test("an empty file is a new database, and so is one of SQLite's without anything in it")
    func empty() throws {
        var store: OutboxStore?
        for bytes: [UInt8] in [[], [0]] {
            try box.write(bytes, to: "outbox.db")
            store = try box.open()
            #expect(store?.opening == .created)
            _ = try store?.insert([Samples.purchase(1)])
            store = nil
            box.empty()
        }
        try RawDatabase.run(box.database, "PRAGMA page_size = 8192; VACUUM; CREATE TABLE x (y); DROP TABLE x")
        store = try box.open()
        #expect(store?.opening == .opened)
        _ = try store?.insert([Samples.purchase(1)])
        store = nil
        #expect(try RawDatabase.run(box.database, "PRAGMA user_version; PRAGMA application_id") == ["2", "1935831151"])
    }

    @Test("a database of version 1 is led to the present one, with all that is in it")
    func older() throws {
        let old = try Room()
        let purchases = (1...20).map { Samples.purchase($0) }
        let filled = try box.open()
        _ = try filled.insert(purchases)
        try filled.record([Samples.record(3, .accepted, answer: [1]), Samples.record(4, .failed, detail: "http_404")])
        let before = try filled.list(PurchaseFilter(), after: 0, limit: 100)
        filled.close()
        try RawDatabase.run(old.database, Version1.schema + Version1.copying(box.database))
        for _ in 0..<2 {
            let store = try old.open()
            #expect(store.opening == .opened)
            #expect(try store.list(PurchaseFilter(), after: 0, limit: 100) == before)
            #expect(try store.body(of: 20) == purchases[19].body)
            #expect(try store.silence() == nil)
            store.close()
            #expect(try RawDatabase.run(old.database, "PRAGMA user_version") == ["2"])
        }
        #expect(try old.open().insert([Samples.purchase(21)]) == [.stored(id: 21)])
    }

    @Test("a newer version's is left alone, its log too")
    func newer() throws {
        let other = try Room()
        let store = try box.open()
        _ = try store.insert([Samples.purchase(1)])
        // The version stands in the log only, which stays as long as the store is open.
        try RawDatabase.run(box.database, "PRAGMA user_version = 3")
        let names = ["outbox.db", "outbox.db-wal"]
        let before = try names.map { try box.read($0) }
        for (name, bytes) in zip(names, before) { try other.write(bytes, to: name) }
        store.close()
        #expect(!before[1].isEmpty)
        #expect(code { _ = try other.open() } == "newer_version")
        #expect(try names.map { try other.read($0) } == before)
        #expect(!other.names().contains { $0.contains("corrupt") })
    }

    @Test("no directory above the directory, no right to write, no absolute path")
    func paths() throws {
        var settings = box.settings
        settings.path = box.path + "/a/b/outbox.db"
        #expect(code { _ = try OutboxStore(settings, now: Samples.start) } == "no_directory")
        settings.path = "outbox.db"
        #expect(code { _ = try OutboxStore(settings, now: Samples.start) } == "failed")
        try box.write([], to: "file")
        settings.path = box.path + "/file/outbox.db"
        #expect(code { _ = try OutboxStore(settings, now: Samples.start) } == "no_directory")
        settings.path = "/proc/self/outbox.db"
        #expect(["no_directory", "no_permission"].contains(code { _ = try OutboxStore(settings, now: Samples.start) }))
    }

    @Test("a directory that this user may not write", .enabled(if: geteuid() != 0, "root may write anywhere"))
    func permission() throws {
        chmod(box.path, 0o500)
        defer { chmod(box.path, 0o700) }
        #expect(code { _ = try box.open() } == "no_permission")
    }

    @Test("what opening meets has a code", arguments: [(8, "read_only"), (13, "disk_full")])
    func layer(code: Int32, name: String) throws {
        for call in [FaultyFiles.Call.open, .write] {
            let files = FaultyFiles()
            box.empty()
            files.fail(call, at: 1, times: FaultyFiles.forEver, code: code)
            #expect(self.code { _ = try OutboxStore(box.settings, vfs: files.name, now: Samples.start) } == name)
            #expect(!box.names().contains { $0.contains("corrupt") })
        }
    }

    @Test("what is left of a killed process is there: the log is read")
    func killed() throws {
        let other = try Room()
        let store = try box.open()
        _ = try store.insert([Samples.purchase(1), Samples.purchase(2)])
        for name in ["outbox.db", "outbox.db-wal"] { try other.write(try box.read(name), to: name) }
        store.close()
        #expect(OutboxFiles.size(other.database + "-wal") > 0)
        let next = try other.open()
        #expect(next.opening == .opened)
        #expect(try next.body(of: 2) == Samples.purchase(2).body)
        #expect(OutboxFiles.size(other.database + "-wal") == 0, "all of it is in the database")
    }
}
