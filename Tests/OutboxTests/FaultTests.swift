import CSQLite
import LoopTesting
import Purchases
import Testing

@testable import Outbox

/// The disk fails in each call, and nothing that was acknowledged is lost, whatever it is.
@Suite("Outbox on a disk that fails")
struct FaultTests {
    private struct Kind {
        var call: FaultyFiles.Call
        var code: Int32
        var times = 1
        var writesHalf = false
        /// Each of so many calls is failed.
        var stride = 1
    }

    private static let kinds = [
        Kind(call: .open, code: SQLITE_CANTOPEN), Kind(call: .open, code: SQLITE_CANTOPEN, times: FaultyFiles.forEver),
        Kind(call: .delete, code: SQLITE_IOERR | 10 << 8),
        Kind(call: .delete, code: SQLITE_IOERR | 10 << 8, times: FaultyFiles.forEver),
        Kind(call: .read, code: SQLITE_IOERR | 1 << 8),
        Kind(call: .read, code: SQLITE_IOERR | 1 << 8, times: FaultyFiles.forEver),
        Kind(call: .write, code: SQLITE_FULL),
        Kind(call: .write, code: SQLITE_FULL, times: FaultyFiles.forEver, stride: 5),
        Kind(call: .write, code: SQLITE_IOERR | 3 << 8, writesHalf: true, stride: 3),
        Kind(call: .write, code: SQLITE_READONLY, times: FaultyFiles.forEver, stride: 11),
        Kind(call: .truncate, code: SQLITE_IOERR | 6 << 8),
        Kind(call: .truncate, code: SQLITE_IOERR | 6 << 8, times: FaultyFiles.forEver),
        Kind(call: .sync, code: SQLITE_IOERR | 4 << 8),
        Kind(call: .sync, code: SQLITE_IOERR | 4 << 8, times: FaultyFiles.forEver),
        Kind(call: .sharedMemory, code: SQLITE_IOERR | 21 << 8),
        Kind(call: .sharedMemory, code: SQLITE_IOERR | 21 << 8, times: FaultyFiles.forEver),
    ]

    /// Runs the scenario with one fault.
    private static func run(_ kind: Kind, at number: Int, in box: Room) -> (Scenario, FaultyFiles) {
        let files = FaultyFiles()
        files.fail(
            kind.call, at: number, times: kind.times, code: kind.code, writesHalf: kind.writesHalf)
        let scenario = Scenario(box, files)
        scenario.run()
        files.heal()
        return (scenario, files)
    }

    @Test("without a fault all is acknowledged")
    func healthy() throws {
        let box = try Room()
        let scenario = Scenario(box, FaultyFiles())
        scenario.run()
        #expect(scenario.errors.isEmpty)
        #expect(scenario.sales.count == 10)
        #expect(scenario.sales.values.allSatisfy { $0.insertion.acknowledgedAt != nil })
        #expect(scenario.sales.values.flatMap(\.records).allSatisfy { $0.acknowledgedAt != nil })
        try scenario.verify(box, "healthy")
    }

    @Test("each call of each kind fails, once or from then on", arguments: kinds.indices)
    func eachCall(index: Int) throws {
        let kind = Self.kinds[index]
        let box = try Room()
        var number = 1
        while true {
            box.empty()
            let (scenario, files) = Self.run(kind, at: number, in: box)
            guard files.hasFailed else { break }
            try scenario.verify(box, "\(kind.call) \(number) of kind \(index)")
            number += kind.stride
        }
        #expect(number > 1, "the scenario has no such call")
    }

    /// One sync alone, and also those with which the store then tries to leave things in order, as if the process had died.
    @Test(
        "syncs fail, the work goes on, and the power fails later with what could not be written lost",
        arguments: [1, 3])
    func failedSyncThenPowerCut(times: Int) throws {
        let (box, after) = (try Room(), try Room())
        var number = 1
        while true {
            box.empty()
            let (scenario, files) = Self.run(
                Kind(call: .sync, code: SQLITE_IOERR | 4 << 8, times: times), at: number, in: box)
            guard files.hasFailed else { break }
            let log = files.log()
            for kept in [Disk.Kept.none, .some(seed: UInt64(number))] {
                var disk = Disk(kept)
                var hasFailed = false
                for (place, entry) in log.enumerated() {
                    // Just before something becomes durable the most is at stake.
                    if hasFailed, entry.kind == .sync || entry.kind == .delete || entry.kind == .truncate {
                        try PowerCutTests.restore(disk.cut(), from: box, to: after)
                        try scenario.verify(
                            after, at: place, "sync \(number), \(times) times, cut at \(place), \(kept)")
                    }
                    hasFailed = hasFailed || entry.kind == .failedSync
                    disk.pass(entry)
                }
                try PowerCutTests.restore(disk.cut(), from: box, to: after)
                try scenario.verify(after, "sync \(number), \(times) times, cut at the end, \(kept)")
            }
            number += 1
        }
        #expect(number > 10)
    }

    @Test("a broken store says so until it is opened again")
    func broken() throws {
        let box = try Room()
        let files = FaultyFiles()
        let store = try OutboxStore(box.settings, vfs: files.name, now: Samples.start)
        #expect(try store.insert([Samples.purchase(1)]) == [.stored(id: 1)])
        files.fail(.sync, at: 1, times: FaultyFiles.forEver, code: SQLITE_IOERR | 4 << 8)
        #expect(throws: OutboxError.self) { try store.insert([Samples.purchase(2)]) }
        #expect(store.isBroken)
        var codes: [OutboxError.Code] = []
        for _ in 0..<2 {
            do throws(OutboxError) { _ = try store.counts() } catch { codes.append(error.code) }
            do throws(OutboxError) { try store.reopen(now: Samples.start) } catch { codes.append(error.code) }
        }
        #expect(codes == [.ioError, .ioError, .ioError, .ioError])
        files.heal()
        #expect(store.isBroken)
        try store.reopen(now: Samples.start)
        #expect(!store.isBroken && store.opening == .opened)
        #expect(try store.purchase(withKey: Samples.key(1)) != nil)
        // It may be there or not, and is there once when it is sent again.
        _ = try store.insert([Samples.purchase(2)])
        #expect(try store.counts().queued == 2)
        store.close()
    }

    @Test(
        "what SQLite says becomes a stable code",
        arguments: [
            (SQLITE_FULL, "disk_full"), (SQLITE_IOERR | 3 << 8, "io_error"), (SQLITE_READONLY, "read_only"),
            (SQLITE_IOERR | 12 << 8, "no_memory"),
        ])
    func codes(code: Int32, name: String) throws {
        let box = try Room()
        let files = FaultyFiles()
        let store = try OutboxStore(box.settings, vfs: files.name, now: Samples.start)
        files.fail(.write, at: 1, times: 1, code: code)
        do throws(OutboxError) {
            _ = try store.insert([Samples.purchase(1)])
            Issue.record("it was stored")
        } catch {
            #expect(error.code.rawValue == name)
            #expect(error.message.contains(box.database) && !error.message.contains("A-1"))
        }
        store.close()
    }
}
