import Glibc
import LoopTesting
import Purchases
import SeededNumbers
import SystemCalls
import Testing

@testable import Outbox

/// A damaged database is set aside and never emptied, and what it still holds is taken over.
@Suite("A damaged outbox")
struct DamageTests {
    private let box: Room

    init() throws { box = try Room() }

    /// Makes an outbox of so many purchases, every tenth accepted, every fifth failed.
    private func fill(_ count: Int, bodyBytes: Int = 3000) throws {
        let store = try box.open()
        _ = try store.insert((1...count).map { Samples.purchase($0, bodyBytes: bodyBytes) })
        try store.record(
            (1...Int64(count)).filter { $0 % 5 == 0 }.map { Samples.record($0, $0 % 10 == 0 ? .accepted : .failed) })
        store.close()
    }

    private func spoil(_ name: String = "outbox.db", _ body: (inout [UInt8]) -> Void) throws -> [UInt8] {
        var bytes = try box.read(name)
        body(&bytes)
        try box.write(bytes, to: name)
        return bytes
    }

    /// Opens it, and sees that it was set aside as it was, and that what was taken over is right.
    private func expectSetAside(_ bytes: [UInt8]? = nil, salvaged expected: ClosedRange<Int>) throws {
        let store = try box.open()
        guard case .setAside(let path, let salvaged) = store.opening else {
            Issue.record("it was \(store.opening)")
            return
        }
        #expect(path == box.database + ".corrupt-20260301T093000Z")
        if let bytes { #expect(try box.read("outbox.db.corrupt-20260301T093000Z") == bytes) }
        #expect(expected.contains(salvaged), "\(salvaged)")
        let rows = try store.list(PurchaseFilter(), after: 0, limit: 10_000)
        #expect(rows.count == salvaged)
        for row in rows {
            let number = Int(row.id)
            let body = try store.body(of: row.id) ?? []
            #expect(!row.state.isFinished && row.state == (number % 5 == 0 ? .failed : .queued))
            #expect(row.key == Samples.key(number) && row.sale == "A-\(number)")
            #expect(row.members == Samples.purchase(number).members)
            #expect(row.globalIDs == Samples.purchase(number).globalIDs)
            #expect(body == Samples.purchase(number, bodyBytes: body.count).body)
        }
        // It works, and ids go on behind all that were given.
        let result = try store.insert([Samples.purchase(100_000)])
        guard case .stored(let id) = result.first else {
            Issue.record("\(result)")
            return
        }
        #expect(id > (rows.last?.id ?? 0))
        #expect(box.names().filter { $0.hasSuffix(".new") || $0.contains(".part") }.isEmpty)
        store.close()
        #expect(try RawDatabase.run(box.database, "PRAGMA integrity_check") == ["ok"])
    }

    @Test("a header that is not SQLite's")
    func header() throws {
        try fill(10)
        let bytes = try spoil { $0.replaceSubrange(0..<16, with: [UInt8](repeating: 0x58, count: 16)) }
        try expectSetAside(bytes, salvaged: 0...0)
        // Ids go on behind those that cannot be known any more.
        #expect(try box.open().list(PurchaseFilter(), after: 0, limit: 1).first?.id == 1_772_357_401)
    }

    @Test("garbage, short and long", arguments: [2, 100, 511, 512, 4096, 100_000])
    func garbage(count: Int) throws {
        try box.write(Samples.body(9, count: count), to: "outbox.db")
        try expectSetAside(Samples.body(9, count: count), salvaged: 0...0)
    }

    @Test("each page spoiled in turn: what can still be read whole is taken over, and nothing else")
    func eachPage() throws {
        try fill(40, bodyBytes: 1500)
        let sound = try box.read("outbox.db")
        let pages = sound.count / 4096
        #expect(pages > 15)
        var total = 0
        for page in 0..<pages {
            box.empty()
            var bytes = sound
            let noise = Samples.body(page, count: 4096 - 100)
            bytes.replaceSubrange(page * 4096 + 100..<(page + 1) * 4096, with: noise)
            try box.write(bytes, to: "outbox.db")
            do {
                let store = try box.open()
                // Noise in an invoice's further page or in a free one is in no structure: it is not sent, and that is all.
                if store.opening == .opened { continue }
            }
            let salvaged = try RawDatabase.run(box.database, "SELECT count(*) FROM purchase")
            total += salvaged.first.flatMap { Int($0) } ?? 0
            box.empty()
            try box.write(bytes, to: "outbox.db")
            try expectSetAside(bytes, salvaged: 0...36)
        }
        #expect(total > pages * 8, "\(total) of \(pages) pages")
    }

    @Test("a page in the middle of the table is lost, and most of the rest is taken over")
    func middlePage() throws {
        try fill(60, bodyBytes: 700)
        let pages = try RawDatabase.run(
            box.database,
            "SELECT pageno FROM dbstat WHERE name = 'purchase' AND pagetype = 'leaf' ORDER BY path")
        let page = try #require(pages.dropFirst(pages.count / 2).first.flatMap { Int($0) })
        let bytes = try spoil {
            $0.replaceSubrange((page - 1) * 4096..<page * 4096, with: [UInt8](repeating: 0, count: 4096))
        }
        try expectSetAside(bytes, salvaged: 40...53)
    }

    @Test("an end that is missing", arguments: [1, 2, 3, 7])
    func truncated(parts: Int) throws {
        try fill(60)
        let bytes = try spoil { $0.removeLast($0.count * parts / 8 + 100) }
        try expectSetAside(bytes, salvaged: 0...54)
    }

    @Test("an invoice whose bytes were changed is not given out, and nothing else is lost")
    func changedBody() throws {
        try fill(3, bodyBytes: 20_000)
        _ = try spoil { bytes in
            let body = Samples.purchase(2, bodyBytes: 20_000).body
            let part = Array(body[10_000..<10_100])
            let place = (0..<bytes.count - 100).first { Array(bytes[$0..<$0 + 100]) == part } ?? 0
            bytes[place + 50] ^= 1
        }
        let store = try box.open()
        #expect(store.opening == .opened)
        #expect(try store.body(of: 2) == nil)
        #expect(try store.body(of: 1) != nil && store.body(of: 3) != nil)
        #expect(!store.isBroken)
    }

    @Test("another program's database, one whose tables are missing, one with a state that there is not")
    func foreign() throws {
        try RawDatabase.run(box.database, "CREATE TABLE purchase (id INTEGER, state TEXT)")
        try expectSetAside(salvaged: 0...0)
        for sql in [
            "DROP TABLE purchase_item", "PRAGMA application_id = 7", "PRAGMA user_version = 0",
            "PRAGMA ignore_check_constraints = 1; UPDATE purchase SET state = 'sold' WHERE id = 1",
        ] {
            box.empty()
            try fill(10)
            try RawDatabase.run(box.database, sql)
            let isReadable = !sql.contains("item") && !sql.contains("application")
            try expectSetAside(salvaged: isReadable ? 8...9 : 0...0)
        }
    }

    @Test("a log without its database, and a database without its log")
    func lostFiles() throws {
        let store = try box.open()
        _ = try store.insert((1...9).map { Samples.purchase($0) })
        let log = try box.read("outbox.db-wal")
        let database = try box.read("outbox.db")
        store.close()
        for isEmpty in [false, true] {
            let other = try Room()
            try other.write(log, to: "outbox.db-wal")
            if isEmpty { try other.write([], to: "outbox.db") }
            guard case .setAside(let path, 0) = try other.open().opening else {
                Issue.record("the log was not set aside")
                return
            }
            #expect(try other.read(String(path.dropFirst(other.path.count + 1)) + "-wal") == log)
        }
        // What was only in the log is lost with it, and the database is whole.
        let other = try Room()
        try other.write(database, to: "outbox.db")
        let rest = try other.open()
        #expect(rest.opening == .opened)
        #expect(try rest.insert([Samples.purchase(1)]) == [.stored(id: 1)])
    }

    @Test("what is in the log of a damaged database is taken over too")
    func damagedWithLog() throws {
        try fill(10)
        let other = try Room()
        let store = try box.open()
        _ = try store.insert([Samples.purchase(11), Samples.purchase(12)])
        try RawDatabase.run(
            box.database,
            "PRAGMA wal_autocheckpoint = 0; PRAGMA ignore_check_constraints = 1; UPDATE purchase SET attempts = -1 WHERE id = 1"
        )
        for name in ["outbox.db", "outbox.db-wal"] { try other.write(try box.read(name), to: name) }
        store.close()
        let next = try other.open()
        guard case .setAside(let path, let salvaged) = next.opening else {
            Issue.record("\(next.opening)")
            return
        }
        #expect(salvaged == 10)
        #expect(try next.body(of: 12) == Samples.purchase(12).body)
        #expect(try next.insert([Samples.purchase(13)]) == [.stored(id: 13)])
        #expect(OutboxFiles.size(path + "-wal") > 0)
    }

    @Test("a start that was cut off between the new one and the old one's name goes on")
    func interrupted() throws {
        try fill(10)
        let finished = try box.read("outbox.db")
        // The new one is whole; of the old one's files all are there, or only the log.
        for left in [["outbox.db", "outbox.db-wal"], ["outbox.db-wal"], ["outbox.db"], []] {
            box.empty()
            try box.write(finished, to: "outbox.db.new")
            for name in left { try box.write(Array("old \(name)".utf8), to: name) }
            let store = try box.open()
            guard case .setAside(let path, _) = store.opening else {
                Issue.record("\(store.opening)")
                return
            }
            for name in left {
                let aside = String((path + name.dropFirst("outbox.db".count)).dropFirst(box.path.count + 1))
                #expect(try box.read(aside) == Array("old \(name)".utf8))
            }
            #expect(try store.counts().queued == 8)
            #expect(!box.names().contains("outbox.db.new"))
        }
        // A draft that was not finished is made anew.
        box.empty()
        try box.write(Samples.body(1, count: 5000), to: "outbox.db")
        try box.write(Samples.body(2, count: 5000), to: "outbox.db.part")
        try box.write(Samples.body(3, count: 5000), to: "outbox.db.part-wal")
        try expectSetAside(Samples.body(1, count: 5000), salvaged: 0...0)
    }

    @Test("each renaming fails, and nothing is lost by it", arguments: [EACCES, EIO, ENOSPC])
    func renaming(reason: Int32) throws {
        try fill(10)
        let sound = try box.read("outbox.db")
        let damaged = Array(sound.prefix(100)) + Array(sound[100...].reversed())
        var number = 0
        var hasFailed: Bool
        repeat {
            number += 1
            box.empty()
            try box.write(damaged, to: "outbox.db")
            try box.write(Array("a log".utf8), to: "outbox.db-wal")
            var renamed = 0
            hasFailed = false
            do throws(OutboxError) {
                _ = try OutboxStore(
                    box.settings,
                    rename: { from, to in
                        renamed += 1
                        if renamed != number { return rename(from, to) }
                        hasFailed = true
                        errno = reason
                        return -1
                    }, now: Samples.start)
                #expect(!hasFailed)
            } catch {
                #expect(hasFailed && [.noPermission, .ioError, .diskFull].contains(error.code), "\(error)")
                let store = try box.open()
                guard case .setAside = store.opening else {
                    Issue.record("renaming \(number): \(store.opening)")
                    return
                }
                _ = try store.insert([Samples.purchase(77)])
            }
            let aside = box.names().filter { $0.contains("corrupt") }
            let contents = try aside.map { try box.read($0) }
            #expect(contents.contains(damaged), "renaming \(number): \(box.names())")
            #expect(contents.contains(Array("a log".utf8)), "renaming \(number): \(box.names())")
        } while hasFailed
        #expect(number > 4)
    }

    @Test("a second one on the same day gets another name")
    func twice() throws {
        for name in ["outbox.db.corrupt-20260301T093000Z", "outbox.db.corrupt-20260301T093000Z-2"] {
            try box.write(Array("here".utf8), to: "outbox.db")
            guard case .setAside(let path, _) = try box.open().opening else {
                Issue.record("not set aside")
                return
            }
            #expect(path == "\(box.path)/\(name)")
        }
    }

    @Test("damage that is found later is told, and the next opening sets it aside")
    func later() throws {
        // More than SQLite keeps in memory.
        try fill(100, bodyBytes: 60_000)
        let store = try box.open()
        let descriptor = try Descriptor.open(box.database, O_WRONLY)
        let noise = Samples.body(5, count: Int(OutboxFiles.size(box.database)) - 8192)
        _ = noise.withUnsafeBytes { pwrite(descriptor.number, $0.baseAddress, $0.count, 8192) }
        do throws(OutboxError) {
            for id in Int64(1)...100 { _ = try store.body(of: id) }
            Issue.record("noise was read")
        } catch {
            #expect(error.code == .corrupt)
        }
        #expect(store.isBroken)
        try store.reopen(now: Samples.start)
        guard case .setAside = store.opening else {
            Issue.record("\(store.opening)")
            return
        }
        _ = try store.insert([Samples.purchase(1)])
    }
}
