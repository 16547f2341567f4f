import CSQLite
import Glibc
import LoopTesting
import Purchases
import Synchronization
import SystemCalls
import Testing

@testable import Outbox

/// The outbox on its thread: many callers, one order, and an end.
@Suite("Outbox thread")
struct ThreadTests {
    private let box: Room

    init() throws { box = try Room() }

    private func insert(_ outbox: OutboxThread, _ purchase: NewPurchase) async -> Result<InsertResult, OutboxError> {
        await withCheckedContinuation { continuation in
            outbox.insert(purchase) { continuation.resume(returning: $0) }
        }
    }

    private func call<Value: Sendable>(
        _ outbox: OutboxThread, _ body: @escaping @Sendable (OutboxStore) throws(OutboxError) -> Value
    ) async -> Result<Value, OutboxError> {
        await withCheckedContinuation { continuation in
            outbox.call(body) { continuation.resume(returning: $0) }
        }
    }

    @Test("sales of many callers are all there, each once, and calls see what came before")
    func many() async throws {
        let openings = Mutex<[Result<OutboxOpening, OutboxError>]>([])
        let outbox = try OutboxThread(settings: box.settings) { opening in openings.withLock { $0.append(opening) } }
        await withTaskGroup(of: Void.self) { group in
            for caller in 0..<8 {
                group.addTask {
                    for number in 0..<25 {
                        let result = await insert(outbox, Samples.purchase(caller * 25 + number))
                        guard case .success(.stored(let id)) = result else {
                            Issue.record("\(result)")
                            return
                        }
                        outbox.record([Samples.record(id, .accepted)]) { result in
                            if case .failure(let error) = result { Issue.record("\(error)") }
                        }
                        let state = await call(outbox) { store throws(OutboxError) in try store.purchase(id)?.state }
                        #expect(state == .success(.accepted))
                    }
                }
            }
        }
        #expect(openings.withLock { $0 } == [.success(.created)])
        #expect(outbox.stop())
        #expect(!box.names().contains("outbox.db-wal"), "all of it is in the database")
        #expect(try box.open().counts().finished == 200)
        let late = await insert(outbox, Samples.purchase(1))
        #expect(late.code == "stopped")
    }

    @Test("what waits shares a transaction")
    func group() async throws {
        let files = FaultyFiles()
        let outbox = try OutboxThread(settings: box.settings, vfs: files.name) { _ in }
        _ = await insert(outbox, Samples.purchase(0))
        let gate = Gate()
        outbox.call { _ throws(OutboxError) in
            gate.wait()
        } completion: { _ in
        }
        let stored = Mutex<[Int64]>([])
        let before = files.count(.sync)
        for number in 1...64 {
            outbox.insert(Samples.purchase(number)) { result in
                if case .success(.stored(let id)) = result { stored.withLock { $0.append(id) } }
            }
        }
        gate.open()
        _ = await call(outbox) { _ throws(OutboxError) in }
        #expect(stored.withLock { $0 } == Array(2...65))
        #expect(files.count(.sync) - before == 1)
        #expect(outbox.stop())
    }

    @Test("beyond its bounds it is busy, and a stop finishes what waits")
    func bounds() async throws {
        let outbox = try OutboxThread(settings: box.settings) { _ in }
        let gate = Gate()
        _ = await call(outbox) { _ throws(OutboxError) in }
        let started = Gate()
        outbox.call { _ throws(OutboxError) in
            started.open()
            gate.wait()
        } completion: { _ in
        }
        started.wait()
        let ends = Mutex<[String: Int]>([:])
        for number in 0..<1100 {
            outbox.insert(Samples.purchase(number)) { result in
                ends.withLock { $0[result.code, default: 0] += 1 }
            }
        }
        #expect(ends.withLock { $0 } == ["busy": 76])
        gate.open()
        #expect(outbox.stop())
        #expect(ends.withLock { $0 } == ["busy": 76, "stored": 1024])
        #expect(try box.open().counts().queued == 1024)
    }

    @Test("invoices that wait are bounded in bytes too")
    func bytes() {
        var queue = OutboxQueue()
        let large = OutboxQueue.Command.change(.insert(Samples.purchase(1, bodyBytes: 8 << 20))) { _ in }
        var isTaken = (0..<9).map { _ in queue.append(large) }
        isTaken.append(queue.append(.call { _ in }))
        #expect(isTaken == [true, true, true, true, true, true, true, true, false, true])
        guard case .changes(let changes) = queue.next() else {
            Issue.record("nothing is next")
            return
        }
        #expect(changes.count == 1, "a transaction is not to grow without end")
        let hasRoom = queue.append(large)
        #expect(hasRoom)
    }

    @Test("a broken disk fails what is asked for, and is tried again a second later")
    func broken() async throws {
        let files = FaultyFiles()
        let openings = Mutex<[Result<OutboxOpening, OutboxError>]>([])
        let outbox = try OutboxThread(settings: box.settings, vfs: files.name) { opening in
            openings.withLock { $0.append(opening) }
        }
        #expect(await insert(outbox, Samples.purchase(1)).code == "stored")
        _ = await call(outbox) { _ throws(OutboxError) in
            files.fail(.sync, at: 1, times: FaultyFiles.forEver, code: SQLITE_IOERR | 4 << 8)
        }
        #expect(await insert(outbox, Samples.purchase(2)).code == "io_error")
        usleep(1_000_000)
        #expect(await insert(outbox, Samples.purchase(2)).code == "io_error")
        let opened = openings.withLock { $0.count }
        let begun = MonotonicTime.now()
        for _ in 0..<5 { #expect(await insert(outbox, Samples.purchase(2)).code == "io_error") }
        let seconds = MonotonicTime.now().milliseconds(since: begun) / 1000
        #expect(openings.withLock { $0.count } <= opened + seconds + 1, "not more than once a second")
        files.heal()
        usleep(1_050_000)
        #expect(["stored", "duplicate"].contains(await insert(outbox, Samples.purchase(2)).code))
        #expect(openings.withLock { $0.last } == .success(.opened))
        #expect(outbox.stop())
        #expect(try box.open().counts().queued == 2)
    }

    @Test("an outbox that another one holds is opened once it is free")
    func locked() async throws {
        let openings = Mutex<[Result<OutboxOpening, OutboxError>]>([])
        let outbox: OutboxThread
        do {
            let store = try box.open()
            outbox = try OutboxThread(settings: box.settings) { opening in openings.withLock { $0.append(opening) } }
            #expect(await insert(outbox, Samples.purchase(1)).code == "locked")
            store.close()
        }
        usleep(1_050_000)
        #expect(await insert(outbox, Samples.purchase(1)).code == "stored")
        #expect(openings.withLock { $0.last } == .success(.opened))
        #expect(outbox.stop())
        #expect(outbox.stop(), "a second stop is no fault")
    }
}

extension Result<InsertResult, OutboxError> {
    fileprivate var code: String {
        switch self {
        case .success(.stored): "stored"
        case .success(.duplicate): "duplicate"
        case .success(.full): "full"
        case .failure(let error): error.code.rawValue
        }
    }
}
