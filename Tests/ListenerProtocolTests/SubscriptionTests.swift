import JSON
import SystemCalls
import Testing

@testable import ListenerProtocol

@Suite struct SubscriptionTests {
    private func journal(_ count: Int, capacity: Int = 4096) -> EventJournal {
        var journal = EventJournal(capacity: capacity)
        for number in 0..<count { journal.append(sampleScan("\(number + 1)"), at: sampleTime) }
        return journal
    }

    @Test func beginsWithReplyAndSnapshot() {
        var peer = Peer(journal: journal(41))
        peer.write("{\"id\":1,\"method\":\"subscribe\"}\n")
        let lines = peer.lines()
        #expect(lines.map(\.type) == ["reply", "snapshot"])
        #expect(lines.map(\.seq) == [41, 41])
        #expect(lines[0]["types"] == ["scanner", "scan", "scan_damaged", "member", "pass", "purchase", "balance"])
        #expect(lines[1]["scanners"]?.array?.first?["id"] == "s1")
        #expect(lines[1]["scanners"]?.array?.first?["state"] == "connected")
        #expect(lines[1]["endpoint"]?["state"] == "ok")
        #expect(lines[1]["time"] == "2026-03-01T09:30:00.000125Z")
        peer.publish(sampleScan("42"))
        #expect(peer.lines().map(\.seq) == [42])
        peer.write("{\"id\":2,\"method\":\"unsubscribe\"}\n")
        peer.publish(sampleScan("43"))
        #expect(peer.lines().map(\.type) == ["reply"])
    }

    /// Parameters, the snapshot's number, the gap, the first and the last event that follow; 10 events, of which 5 are held.
    @Test(
        arguments: [
            ("\"since\":10", 10, nil, nil), ("\"since\":8", 8, nil, [9, 10]),
            ("\"since\":5", 5, nil, [6, 7, 8, 9, 10]),
            ("\"since\":4", 4, [5, 5], [6, 7, 8, 9, 10]), ("\"since\":0", 0, [1, 5], [6, 7, 8, 9, 10]),
            ("\"since\":8,\"instance\":\"i1\"", 8, nil, [9, 10]),
            ("\"since\":8,\"instance\":\"other\"", 0, [0, 5], [6, 7, 8, 9, 10]),
            ("\"since\":11", 0, [0, 5], [6, 7, 8, 9, 10]),
            ("\"since\":9223372036854775807", 0, [0, 5], [6, 7, 8, 9, 10]), ("\"instance\":\"other\"", 10, nil, nil),
            ("\"since\":null,\"instance\":null,\"types\":null", 10, nil, nil),
        ] as [(String, Int64, [Int64]?, [Int64]?)])
    func resumes(parameters: String, snapshot: Int64, gap: [Int64]?, events: [Int64]?) {
        for request in [
            "{\"id\":1,\"method\":\"subscribe\",\(parameters)}\n",
            "{\"method\":\"subscribe\",\"params\":{\(parameters)}}\n",
        ] {
            var peer = Peer(journal: journal(10, capacity: 5))
            peer.write(request)
            peer.publish(sampleScan("11"))
            var lines = peer.lines()
            #expect(lines.removeFirst().seq == 10)
            #expect(lines.first?.type == "snapshot")
            #expect(lines.removeFirst().seq == snapshot)
            if let gap {
                let line = lines.removeFirst()
                #expect(line.type == "gap")
                #expect([line["from"]?.integer, line["to"]?.integer, line.seq] == [gap[0], gap[1], gap[1]])
            }
            #expect(lines.map(\.type) == Array(repeating: "scan", count: lines.count))
            #expect(lines.map(\.seq) == (events ?? []) + [11])
        }
    }

    @Test func anotherInstanceBeforeTheFirstEventIsAGapOfNothingKnown() {
        var peer = Peer()
        peer.write("{\"method\":\"subscribe\",\"since\":3,\"instance\":\"other\"}\n")
        let gap = peer.lines().last
        #expect(gap?.type == "gap")
        #expect([gap?["from"], gap?["to"], gap?["seq"]] == [0, 0, 0])
    }

    @Test func onlyTheTypesAskedForCome() {
        var peer = Peer()
        peer.publish(sampleScan("1"))
        peer.publish(.scanner(sampleScanner, .disconnected))
        peer.write(
            "{\"id\":1,\"method\":\"subscribe\",\"params\":{\"types\":[\"scanner\",\"later\"],\"since\":0}}\n")
        peer.publish(sampleScan("2"))
        peer.publish(.scanner(sampleScanner, .connected))
        let lines = peer.lines()
        #expect(lines.map(\.type) == ["reply", "snapshot", "scanner", "scanner"])
        #expect(lines.map(\.seq) == [2, 0, 2, 4])
        #expect(lines[0]["types"] == ["scanner"])
    }

    @Test func aLongHistoryIsFedInStepsThatTheQueueHolds() {
        var peer = Peer(journal: journal(5000))
        peer.reads = false
        peer.write("{\"id\":1,\"method\":\"subscribe\",\"params\":{\"since\":1}}\n")
        #expect(peer.session.output.lineCount == 128)
        peer.publish(sampleScan("live"))
        peer.reads = true
        peer.run()
        let lines = peer.lines()
        #expect(lines.map(\.type).prefix(3) == ["reply", "snapshot", "gap"])
        // One event more has gone since the gap was told, and is among those queued already.
        #expect(lines.dropFirst(2).map(\.seq) == (904...5001).map { Int64($0) })
        #expect(!peer.session.wantsOutput)
    }

    @Test func whatLeavesTheJournalWhileItIsFedBecomesAGap() {
        var peer = Peer(journal: journal(1000, capacity: 1000))
        peer.reads = false
        peer.write("{\"id\":1,\"method\":\"subscribe\",\"params\":{\"since\":0}}\n")
        for number in 1...500 { peer.publish(sampleScan("more \(number)")) }
        peer.reads = true
        peer.run()
        let lines = Array(peer.lines().dropFirst(2))
        #expect(lines.map(\.type).filter { $0 == "gap" }.count == 1)
        guard let gap = lines.first(where: { $0.type == "gap" }) else { return }
        #expect([gap["from"], gap["to"]] == [127, 500])
        #expect(lines.map(\.seq) == (Array(1...126) + Array(500...1500)).map { Int64($0) })
    }

    /// Lines and bytes that are allowed; a stopped listener gets `lagged` behind what is on its way, if anything.
    @Test(arguments: [(1024, 1 << 20), (100_000, 20_000), (7, 1 << 20)])
    func oneThatDoesNotReadIsCutOff(lines: Int, bytes: Int) {
        var limits = ListenerLimits()
        limits.queuedLines = lines
        limits.queuedBytes = bytes
        var peer = Peer(limits: limits)
        peer.write("{\"id\":1,\"method\":\"subscribe\"}\n")
        peer.publish(sampleScan("1"))
        #expect(peer.lines().count == 3)
        peer.reads = false
        while !peer.session.isCutOff {
            peer.publish(sampleScan("more"))
            #expect(peer.session.output.lineCount <= lines)
            #expect(peer.session.output.byteCount <= bytes)
            if peer.journal.last == 3 { peer.session.sent(10) }
        }
        let last = Int64(peer.journal.last)
        peer.drain()
        peer.received.removeFirst(Int(peer.received.firstIndex(of: UInt8(ascii: "\n")) ?? 0) + 1)
        let notice = peer.lines()
        #expect(notice.map(\.type) == ["lagged"])
        #expect(notice.first?["from"] == 3)
        #expect(notice.first?["to"]?.integer == last)
        // Whoever takes the last number for his position resumes in front of what was lost.
        #expect(notice.first?.seq == 2)
        #expect(peer.session.isFinished)
        peer.publish(sampleScan("too late"))
        #expect(peer.session.output.isEmpty)
    }

    @Test func aGapThatWasNotReadIsToldAgain() {
        var limits = ListenerLimits()
        limits.queuedLines = 20
        limits.pauseLines = 10
        var peer = Peer(journal: journal(100, capacity: 50), limits: limits)
        peer.reads = false
        peer.write("{\"id\":1,\"method\":\"subscribe\",\"params\":{\"since\":20}}\n")
        peer.clock += 10_000_000
        peer.session.checkAge(at: peer.now)
        peer.drain()
        #expect(peer.lines().map { [$0["from"], $0["to"], $0["seq"]] } == [[21, 100, 20]])
    }

    @Test func theOldestLineMustNotWaitTooLong() {
        var peer = Peer()
        peer.write("{\"id\":1,\"method\":\"subscribe\"}\n")
        peer.reads = false
        peer.publish(sampleScan("1"))
        peer.clock += 5_000_000
        peer.publish(sampleScan("2"))
        peer.clock += 4_999_000
        peer.session.checkAge(at: peer.now)
        #expect(!peer.session.isCutOff)
        peer.clock += 1000
        peer.session.checkAge(at: peer.now)
        #expect(peer.session.isCutOff)
    }

    @Test func repliesStandBetweenEventsInOrder() {
        var peer = Peer()
        peer.reads = false
        peer.write("{\"id\":1,\"method\":\"subscribe\"}\n")
        peer.publish(sampleScan("1"))
        peer.write("{\"id\":2,\"method\":\"ping\"}\n")
        peer.publish(sampleScan("2"))
        peer.reads = true
        peer.run()
        #expect(peer.lines().map(\.seq) == [0, 0, 1, 1, 2])
    }
}

@Suite struct OutputQueueTests {
    /// Whatever the sizes of what the kernel takes, the bytes come out as they went in.
    @Test(arguments: [1, 2, 7, 64, 1000])
    func keepsTheBytes(step: Int) {
        var queue = OutputQueue(limits: ListenerLimits())
        var expected: [UInt8] = []
        var sent: [UInt8] = []
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 100, alignment: 1)
        defer { scratch.deallocate() }
        func sendSome() {
            let bytes = queue.withNext(scratch) { Array($0.prefix(step)) }
            sent += bytes
            queue.sent(bytes.count)
        }
        for number in 0..<700 {
            let line = [UInt8](repeating: UInt8(number % 256), count: 1 + number * 37 % 150)
            expected += line
            let isTaken = queue.append(line, at: MonotonicTime(microseconds: 0))
            #expect(isTaken)
            if number % 3 == 0 { sendSome() }
        }
        while !queue.isEmpty { sendSome() }
        #expect(sent == expected)
        #expect(queue.byteCount == 0)
        #expect(queue.oldest == nil)
    }

    @Test func aLineLongerThanTheLimitPassesAlone() {
        var queue = OutputQueue(limits: ListenerLimits())
        let isFirstTaken = queue.append([UInt8](repeating: 1, count: 2 << 20), at: MonotonicTime(microseconds: 0))
        let isSecondTaken = queue.append([1], at: MonotonicTime(microseconds: 0))
        #expect(isFirstTaken)
        #expect(!isSecondTaken)
    }
}
