import LoopTesting
import Purchases
import SystemCalls
import Testing

@testable import Outbox

/// A day's work on an outbox whose disk may fail, and a ledger of what was asked for and what was acknowledged, each at its place in the
/// log of calls.
final class Scenario {
    struct Asked<Value> {
        var value: Value
        var sentAt: Int
        var acknowledgedAt: Int?
    }

    struct Sale {
        var insertion: Asked<NewPurchase>
        var id: Int64?
        var records: [Asked<PurchaseRecord>] = []
        /// When it was asked that old ones go, if it is one.
        var pruned: Asked<Void>?
    }

    let box: Room
    let files: FaultyFiles
    private(set) var sales: [Int: Sale] = [:]
    private(set) var errors: [OutboxError] = []
    private var store: OutboxStore?

    init(_ box: Room, _ files: FaultyFiles) {
        self.box = box
        self.files = files
    }

    /// Does all of it. What fails is tried once more with the store opened again, and then given up.
    func run() {
        insert([1])
        insert([2, 3])
        insert([4], bodyBytes: 9000)
        record(1, .accepted, answer: Array("done".utf8))
        record(2, .failed, detail: "refused")
        insert([5])
        prune(days: 31)
        insert([6, 7, 8], bodyBytes: 5000)
        close()
        record(3, .queued)
        insert([9])
        record(4, .accepted)
        record(2, .queued)
        insert([10])
        close()
    }

    private func attempt<Value>(_ body: (OutboxStore) throws(OutboxError) -> Value) -> Value? {
        for _ in 0..<2 {
            do throws(OutboxError) {
                if let store, store.isBroken { try store.reopen(now: Samples.start) }
                if let store { return try body(store) }
                let opened = try opened()
                store = opened
                return try body(opened)
            } catch {
                errors.append(error)
            }
        }
        return nil
    }

    private func opened() throws(OutboxError) -> OutboxStore {
        var settings = box.settings
        settings.checkpointPages = 12
        return try OutboxStore(settings, vfs: files.name, now: Samples.start)
    }

    private func close() {
        store = nil
    }

    private func insert(_ numbers: [Int], bodyBytes: Int = 300) {
        let purchases = numbers.map { Samples.purchase($0, bodyBytes: bodyBytes) }
        for (number, purchase) in zip(numbers, purchases) {
            sales[number] = Sale(insertion: Asked(value: purchase, sentAt: files.logCount))
        }
        guard let results = attempt({ store throws(OutboxError) in try store.insert(purchases) }) else { return }
        for (number, result) in zip(numbers, results) {
            switch result {
            case .stored(let id): sales[number]?.id = id
            case .duplicate(let stored): sales[number]?.id = stored.id
            case .full: Issue.record("full")
            }
            sales[number]?.insertion.acknowledgedAt = files.logCount
        }
    }

    private func record(_ number: Int, _ state: PurchaseState, detail: String? = nil, answer: [UInt8]? = nil) {
        guard let id = sales[number]?.id else { return }
        let record = Samples.record(id, state, attempts: 2, detail: detail, answer: answer)
        sales[number]?.records.append(Asked(value: record, sentAt: files.logCount))
        guard attempt({ store throws(OutboxError) in try store.record([record]) }) != nil else { return }
        let last = (sales[number]?.records.count ?? 0) - 1
        sales[number]?.records[last].acknowledgedAt = files.logCount
    }

    private func prune(days: Int64) {
        // Only the first is finished by now, if it could be recorded.
        sales[1]?.pruned = Asked(value: (), sentAt: files.logCount)
        let isDone = attempt { store throws(OutboxError) in try store.prune(now: Samples.time(days: days)) } != nil
        if isDone, sales[1]?.records.last?.acknowledgedAt != nil { sales[1]?.pruned?.acknowledgedAt = files.logCount }
    }

    // MARK: What must be true afterwards

    /// Opens what is in `box` with nothing in the way, and compares it with what was asked for and acknowledged up to a place in the log.
    func verify(_ box: Room, at place: Int = .max, _ what: @autoclosure () -> String) throws {
        let store: OutboxStore
        do {
            store = try box.open()
        } catch {
            Issue.record("\(what()): \(error)")
            return
        }
        if case .setAside = store.opening { Issue.record("\(what()): set aside") }
        var present = 0
        for (number, sale) in sales {
            let stored = try store.purchase(withKey: Samples.key(number))
            if let stored {
                present += 1
                let fault = try fault(stored, sale, try store.body(of: stored.id), place)
                if let fault { Issue.record("\(what()): sale \(number): \(fault)") }
            } else {
                let isAcknowledged = sale.insertion.acknowledgedAt.map { $0 <= place } ?? false
                let mayBeGone = sale.pruned.map { $0.sentAt <= place } ?? false
                if isAcknowledged && !mayBeGone { Issue.record("\(what()): sale \(number) is lost") }
            }
        }
        let counts = try store.counts()
        if counts.queued + counts.failed + counts.finished != present { Issue.record("\(what()): others are there") }
        store.close()
        let check = try RawDatabase.run(box.database, "PRAGMA integrity_check; PRAGMA foreign_key_check")
        if check != ["ok"] { Issue.record("\(what()): \(check)") }
    }

    private func fault(_ stored: StoredPurchase, _ sale: Sale, _ body: [UInt8]?, _ place: Int) throws -> String? {
        if sale.insertion.sentAt > place { return "it was not sent yet" }
        if let id = sale.id, id != stored.id { return "its id is another one" }
        if let at = sale.pruned?.acknowledgedAt, at <= place { return "it has not gone" }
        // What the last acknowledged record said, or any that was sent since.
        let lastSure = sale.records.lastIndex { $0.acknowledgedAt.map { $0 <= place } ?? false }
        var possible = sale.records[(lastSure ?? 0)...].filter { $0.sentAt <= place }.map(\.value.state)
        if lastSure == nil { possible.append(.queued) }
        if !possible.contains(stored.state) { return "it is \(stored.state), not \(possible)" }
        let purchase = sale.insertion.value
        if stored.members != purchase.members || stored.globalIDs != purchase.globalIDs { return "its lists" }
        if stored.sale != purchase.sale || stored.amount != purchase.amount { return "its fields" }
        if body != (stored.state.isFinished ? nil : purchase.body) { return "its invoice" }
        return nil
    }
}
