import Glibc
import LoopTesting
import Purchases
import SystemCalls
import Testing

@testable import Outbox

/// What is stored comes back, and the limits hold.
@Suite("Outbox store")
struct StoreTests {
    private let box: Room

    init() throws { box = try Room() }

    @Test("a purchase comes back whole, also after closing")
    func roundTrip() throws {
        var store = try box.open()
        #expect(store.opening == .created)
        let purchase = Samples.purchase(1)
        #expect(try store.insert([purchase]) == [.stored(id: 1)])
        for _ in 0..<2 {
            #expect(try store.purchase(1) == Samples.stored(purchase, id: 1))
            #expect(try store.purchase(withKey: purchase.key) == Samples.stored(purchase, id: 1))
            #expect(try store.body(of: 1) == purchase.body)
            #expect(try store.purchase(2) == nil)
            #expect(try store.body(of: 2) == nil)
            store.close()
            #expect(throws: OutboxError.self) { try store.counts() }
            store = try Self.reopened(store, box)
            #expect(store.opening == .opened)
        }
    }

    /// The lock is released with the old one.
    private static func reopened(_ old: consuming OutboxStore, _ box: Room) throws -> OutboxStore {
        try old.reopen(now: Samples.start)
        return old
    }

    @Test("what the provider has asked for is kept, the last one")
    func silence() throws {
        let store = try box.open()
        #expect(try store.silence() == nil)
        for number in 1...2 {
            let silence = EndpointSilence(
                endpoint: "e\(number)", detail: "http_429", askedAt: Samples.start,
                until: Samples.time(days: Int64(number)))
            try store.setSilence(silence)
            #expect(try store.silence() == silence)
            try store.reopen(now: Samples.start)
            #expect(try store.silence() == silence)
        }
        try store.setSilence(nil)
        #expect(try store.silence() == nil)
    }

    @Test("only this user can read the files, and the directory is made")
    func modes() throws {
        var settings = box.settings
        settings.path = box.path + "/deep/outbox.db"
        let mask = umask(0)
        defer { umask(mask) }
        let store = try OutboxStore(settings, now: Samples.start)
        _ = try store.insert([Samples.purchase(1)])
        #expect(box.mode("deep") == 0o700)
        for name in ["outbox.db", "outbox.db-wal", "outbox.db-shm", "outbox.db.lock"] {
            #expect(box.mode("deep/\(name)") == 0o600, "\(name)")
        }
    }

    @Test("one key is stored once, in the same call too")
    func duplicates() throws {
        let store = try box.open()
        var again = Samples.purchase(1)
        again.body = Array("other".utf8)
        let first = Samples.stored(Samples.purchase(1), id: 1)
        #expect(
            try store.insert([Samples.purchase(1), again, Samples.purchase(2)]) == [
                .stored(id: 1), .duplicate(first), .stored(id: 2),
            ])
        try store.record([Samples.record(1, .accepted, attempts: 3, answer: Array("{}".utf8), days: 1)])
        var done = first
        done.state = .accepted
        done.attempts = 3
        done.answer = Array("{}".utf8)
        done.endedAt = Samples.time(days: 1)
        done.bodyBytes = 0
        #expect(try store.insert([again]) == [.duplicate(done)])
        #expect(try store.body(of: 1) == nil)
    }

    @Test("a finished one stays finished, an answer stays until another comes, unknown ids are passed over")
    func records() throws {
        let store = try box.open()
        _ = try store.insert([Samples.purchase(1), Samples.purchase(2)])
        try store.record([
            Samples.record(99, .accepted), Samples.record(1, .failed, attempts: 2, detail: "http_422", answer: [7]),
        ])
        var stored = try store.purchase(1)
        #expect(stored?.state == .failed && stored?.detail == "http_422" && stored?.answer == [7])
        #expect(stored?.endedAt == Samples.start && stored?.bodyBytes == 300)
        try store.record([Samples.record(1, .queued, attempts: 3)])
        stored = try store.purchase(1)
        #expect(stored?.state == .queued && stored?.detail == nil && stored?.answer == [7] && stored?.endedAt == nil)
        try store.record([Samples.record(1, .discarded)])
        try store.record([Samples.record(1, .queued)])
        #expect(try store.purchase(1)?.state == .discarded)
        let counts = try store.counts()
        #expect(counts.queued == 1 && counts.failed == 0 && counts.finished == 1)
        #expect(counts.oldestQueuedAt == Samples.start && counts.bytes > 4096)
    }

    @Test("texts of all kinds come back as they are")
    func texts() throws {
        let store = try box.open()
        let texts = [
            "", "'", "\"); DROP TABLE purchase; --", "a\0b", "👩‍👩‍👧‍👦 Ünïcödé", "%_*?[^", "\u{FEFF}x\r\n", "?1 :a @b $c",
            String(repeating: "x", count: 100_000),
        ]
        for (number, text) in texts.enumerated() {
            var purchase = Samples.purchase(number)
            purchase.sale = text
            purchase.members = [text, "b"]
            purchase.globalIDs = [text]
            purchase.amount = text
            purchase.currency = text
            _ = try store.insert([purchase])
            let id = Int64(number + 1)
            #expect(try store.purchase(id) == Samples.stored(purchase, id: id))
            try store.record([Samples.record(id, .failed, detail: text, answer: Array(text.utf8))])
            #expect(try store.purchase(id)?.detail == text)
            #expect(try store.purchase(id)?.answer == Array(text.utf8))
            #expect(try store.list(PurchaseFilter(sale: text), after: 0, limit: 9).map(\.id) == [id])
            #expect(try store.list(PurchaseFilter(member: text), after: 0, limit: 9).map(\.id) == [id])
        }
    }

    @Test("a large invoice and an empty list")
    func large() throws {
        let store = try box.open()
        var purchase = Samples.purchase(1, bodyBytes: 1 << 20)
        purchase.members = []
        purchase.globalIDs = []
        _ = try store.insert([purchase])
        #expect(try store.body(of: 1) == purchase.body)
        #expect(try store.purchase(1) == Samples.stored(purchase, id: 1))
    }

    @Test("pages and filters")
    func lists() throws {
        let store = try box.open()
        _ = try store.insert((0..<20).map { Samples.purchase($0) })
        try store.record([Samples.record(3, .failed), Samples.record(4, .accepted), Samples.record(5, .rejected)])
        #expect(try store.unfinished(after: 0, limit: 4).map(\.id) == [1, 2, 3, 6])
        #expect(try store.unfinished(after: 6, limit: 100).map(\.id) == Array(7...20))
        #expect(
            try store.list(PurchaseFilter(states: [.rejected, .accepted]), after: 0, limit: 9).map(\.id) == [4, 5])
        #expect(try store.list(PurchaseFilter(states: []), after: 0, limit: 9).isEmpty)
        #expect(try store.list(PurchaseFilter(member: "m2"), after: 0, limit: 9).map(\.id) == [3, 10, 17])
        #expect(
            try store.list(PurchaseFilter(states: [.queued], member: "m2"), after: 3, limit: 1).map(\.id) == [10])
        #expect(try store.list(PurchaseFilter(sale: "A-6"), after: 0, limit: 9).map(\.id) == [7])
        #expect(try store.list(PurchaseFilter(), after: 18, limit: -1).isEmpty)
    }

    @Test("old finished ones go, queued and failed ones never")
    func pruning() throws {
        let store = try box.open()
        _ = try store.insert((0..<600).map { Samples.purchase($0) })
        try store.record((1...590).map { Samples.record($0, .accepted, days: $0 <= 580 ? 0 : 5) })
        try store.record([Samples.record(591, .failed)])
        #expect(try store.prune(now: Samples.time(days: 30)) == false)
        #expect(try store.counts().finished == 590)
        #expect(try store.prune(now: Samples.time(days: 31)))
        #expect(try store.prune(now: Samples.time(days: 31)) == false)
        var counts = try store.counts()
        #expect(counts.finished == 10 && counts.queued == 9 && counts.failed == 1)
        #expect(try store.tooOld(now: Samples.time(days: 30)).isEmpty)
        #expect(try store.tooOld(now: Samples.time(days: 31)) == Array(592...600))
        try store.prune(now: Samples.time(days: 4000))
        counts = try store.counts()
        #expect(counts.finished == 0 && counts.queued == 9 && counts.failed == 1)
        try store.prune(now: WallTime(microseconds: .min))
        #expect(try store.insert([Samples.purchase(0)]) == [.stored(id: 601)])
    }

    @Test("where there are too many, the oldest finished ones make room, and no others")
    func maximumCount() throws {
        let store = try box.open { $0.maximumCount = 5 }
        _ = try store.insert((0..<5).map { Samples.purchase($0) })
        #expect(try store.insert([Samples.purchase(5)]) == [.full(.count)])
        #expect(throws: Never.self) {
            try store.record([Samples.record(2, .failed), Samples.record(3, .accepted, days: 2)])
            try store.record([Samples.record(4, .rejected, days: 1)])
        }
        #expect(
            try store.insert((5..<8).map { Samples.purchase($0) }) == [
                .stored(id: 6), .stored(id: 7), .full(.count),
            ])
        #expect(try store.list(PurchaseFilter(), after: 0, limit: 9).map(\.id) == [1, 2, 5, 6, 7])
        #expect(try store.prune(now: Samples.start) == false)
        // One that is known is told as such even then.
        let known = try store.insert([Samples.purchase(0)])
        #expect(known == [.duplicate(Samples.stored(Samples.purchase(0), id: 1))])
    }

    @Test("where they take too much room as well, and what was freed is used again")
    func maximumSize() throws {
        let store = try box.open { $0.maximumMegabytes = 2 }
        let results = try store.insert((0..<30).map { Samples.purchase($0, bodyBytes: 100_000) })
        let stored = results.prefix { $0 != .full(.size) }.count
        #expect((15...20).contains(stored))
        #expect(results.dropFirst(stored).allSatisfy { $0 == .full(.size) })
        #expect(try store.counts().bytes < 12 << 20)
        try store.record((1...3).map { Samples.record($0, .accepted) })
        #expect(try store.insert([Samples.purchase(40, bodyBytes: 100_000)]) == [.stored(id: Int64(stored + 1))])
        store.close()
        #expect(OutboxFiles.size(box.database) <= 2 << 20)
    }

    @Test("random work gives what a list in memory gives")
    func model() throws {
        try StoreModel.run(seed: 1, steps: 400, in: box)
        box.empty()
        try StoreModel.run(seed: 2, steps: 400, in: box)
    }
}
