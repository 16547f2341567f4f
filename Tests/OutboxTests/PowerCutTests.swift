import LoopTesting
import Purchases
import Testing

@testable import Outbox

/// The power fails at each call that reaches the files, and what was acknowledged until then is there.
@Suite("Outbox and power cuts")
struct PowerCutTests {
    /// Puts the files that a cut has left into another directory.
    static func restore(_ files: [String: [UInt8]], from box: Room, to after: Room) throws {
        after.empty()
        for (path, bytes) in files where path.hasPrefix(box.path) {
            try after.write(bytes, to: String(path.dropFirst(box.path.count + 1)))
        }
    }

    @Test(
        "a cut at each call",
        arguments: [
            Disk.Kept.none, .all, .lastTorn(sector: 1), .lastTorn(sector: 512), .some(seed: 1), .some(seed: 2),
            .some(seed: 3),
        ])
    func eachCall(kept: Disk.Kept) throws {
        let (box, after) = (try Room(), try Room())
        let files = FaultyFiles()
        let scenario = Scenario(box, files)
        scenario.run()
        #expect(scenario.errors.isEmpty)
        let log = files.log()
        #expect(log.count > 100)
        var disk = Disk(kept)
        for (place, entry) in log.enumerated() {
            try Self.restore(disk.cut(), from: box, to: after)
            try scenario.verify(after, at: place, "cut at \(place) of \(log.count), \(kept)")
            disk.pass(entry)
        }
        try Self.restore(disk.cut(), from: box, to: after)
        try scenario.verify(after, "cut at the end, \(kept)")
    }

    /// The test of the tests: a store that does not sync loses what it has acknowledged, and that is seen.
    @Test("the cuts find what is not synced")
    func findsLoss() throws {
        let box = try Room()
        let files = FaultyFiles()
        let scenario = Scenario(box, files)
        scenario.run()
        var disk = Disk(.none)
        for entry in files.log() where entry.kind != .sync || !entry.path.hasSuffix("-wal") { disk.pass(entry) }
        let after = try Room()
        try Self.restore(disk.cut(), from: box, to: after)
        let store = try after.open()
        let counts = try store.counts()
        #expect(counts.queued + counts.failed + counts.finished < 9)
    }
}
