import LoopTesting
import Purchases
import SeededNumbers
import SystemCalls
import Testing

@testable import Outbox

/// The outbox as a list in memory, beside a real one.
struct StoreModel {
    private var rows: [Int64: StoredPurchase] = [:]
    private var bodies: [Int64: [UInt8]] = [:]
    private var lastID: Int64 = 0
    private let maximumCount = 40
    private var numbers: SeededGenerator
    private var day: Int64 = 0

    static func run(seed: UInt64, steps: Int, in box: Room) throws {
        var model = StoreModel(numbers: SeededGenerator(state: seed))
        let store = try box.open { $0.maximumCount = model.maximumCount }
        for step in 0..<steps {
            try model.step(store)
            if step % 20 == 0 { try model.compare(store, "seed \(seed), step \(step)") }
        }
        try model.compare(store, "seed \(seed), end")
        store.close()
    }

    private init(numbers: SeededGenerator) { self.numbers = numbers }

    private mutating func step(_ store: OutboxStore) throws {
        day += Int64.random(in: 0...2, using: &numbers)
        switch Int.random(in: 0..<20, using: &numbers) {
        case 0..<9:
            let purchases = (0..<Int.random(in: 0...3, using: &numbers)).map { _ in
                Samples.purchase(
                    Int.random(in: 0..<400, using: &numbers),
                    bodyBytes: Int.random(in: 1...9000, using: &numbers), days: day)
            }
            let expected = purchases.map { insert($0) }
            #expect(try store.insert(purchases) == expected)
        case 9..<17:
            let records = (0..<Int.random(in: 0...3, using: &numbers)).map { _ in
                Samples.record(
                    Int64.random(in: 0...lastID + 1, using: &numbers),
                    PurchaseState.allCases.randomElement(using: &numbers) ?? .queued,
                    attempts: Int.random(in: 0...9, using: &numbers), detail: Bool.random(using: &numbers) ? "d" : nil,
                    answer: Bool.random(using: &numbers) ? [UInt8(day % 256)] : nil, days: day)
            }
            for record in records { write(record) }
            try store.record(records)
        case 17: try store.reopen(now: Samples.start)
        default:
            for (id, row) in rows where row.state.isFinished {
                if let end = row.endedAt, end.microseconds < Samples.time(days: day - 30).microseconds { drop(id) }
            }
            try store.prune(now: Samples.time(days: day))
        }
    }

    private mutating func drop(_ id: Int64) {
        rows[id] = nil
        bodies[id] = nil
    }

    private mutating func insert(_ purchase: NewPurchase) -> InsertResult {
        if let row = rows.values.first(where: { $0.key == purchase.key }) { return .duplicate(row) }
        if rows.count >= maximumCount {
            let oldest = rows.values.filter(\.state.isFinished).min {
                ($0.endedAt?.microseconds ?? 0, $0.id) < ($1.endedAt?.microseconds ?? 0, $1.id)
            }
            guard let oldest else { return .full(.count) }
            drop(oldest.id)
        }
        lastID += 1
        rows[lastID] = Samples.stored(purchase, id: lastID)
        bodies[lastID] = purchase.body
        return .stored(id: lastID)
    }

    private mutating func write(_ record: PurchaseRecord) {
        guard var row = rows[record.id], !row.state.isFinished || record.state.isFinished else { return }
        row.state = record.state
        row.attempts = record.attempts
        row.detail = record.detail
        row.answer = record.answer ?? row.answer
        row.endedAt = record.state == .queued ? nil : record.at
        if record.state.isFinished {
            row.bodyBytes = 0
            bodies[row.id] = nil
        }
        rows[row.id] = row
    }

    private func compare(_ store: OutboxStore, _ what: String) throws {
        let sorted = rows.values.sorted { $0.id < $1.id }
        #expect(try store.list(PurchaseFilter(), after: 0, limit: 1000) == sorted, "\(what)")
        let open = sorted.filter { !$0.state.isFinished }
        #expect(try store.unfinished(after: 0, limit: 1000) == open, "\(what)")
        for row in sorted { #expect(try store.body(of: row.id) == bodies[row.id], "\(what)") }
        var counts = OutboxCounts()
        counts.queued = sorted.count { $0.state == .queued }
        counts.failed = sorted.count { $0.state == .failed }
        counts.finished = sorted.count { $0.state.isFinished }
        counts.oldestQueuedAt = sorted.first { $0.state == .queued }?.receivedAt
        let found = try store.counts()
        counts.bytes = found.bytes
        #expect(found == counts, "\(what)")
    }
}
