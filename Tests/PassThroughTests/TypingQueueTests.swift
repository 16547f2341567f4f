import SystemCalls
import Testing

@testable import PassThrough

@Suite struct TypingQueueTests {
    private let start = MonotonicTime(microseconds: 1_000_000)

    /// Everything that is typed until nothing waits, with the milliseconds of each burst.
    private func drain(_ queue: inout TypingQueue, from time: MonotonicTime) -> [(at: Int, steps: [KeyStep])] {
        var bursts: [(at: Int, steps: [KeyStep])] = []
        var now = time
        while true {
            var steps: [KeyStep] = []
            if queue.takeBurst(at: now, into: &steps) { bursts.append((now.milliseconds(since: time), steps)) }
            guard let deadline = queue.deadline else { return bursts }
            now = max(now, deadline)
        }
    }

    @Test func aProductsCodeGoesOutAtOnce() {
        var queue = TypingQueue()
        let code = (0..<14).flatMap { [KeyStep].tap(UInt16($0 + 2)) }
        #expect(queue.typed(code) == true)
        let bursts = drain(&queue, from: start)
        #expect(bursts.map(\.at) == [0])
        #expect(bursts.first?.steps == code)
        #expect(queue.isEmpty)
    }

    @Test func aLongCodeIsPacedAndNoPacketIsTorn() {
        var queue = TypingQueue()
        let code = (0..<400).flatMap { _ in [KeyStep].tap(2) }
        #expect(queue.typed(code) == true)
        let bursts = drain(&queue, from: start)
        #expect(bursts.flatMap(\.steps) == code)
        for burst in bursts {
            #expect(burst.steps.count <= TypingQueue.burst)
            #expect(burst.steps.last == .packetEnd)
        }
        for (earlier, later) in zip(bursts, bursts.dropFirst()) {
            #expect(later.at - earlier.at >= TypingQueue.windowMilliseconds)
        }
    }

    @Test func aPacketLongerThanABurstGoesOutInPieces() {
        var queue = TypingQueue()
        let packet =
            (1...100).map { KeyStep.down(UInt16($0)) } + [.packetEnd] + (1...100).map { KeyStep.up(UInt16($0)) } + [
                .packetEnd
            ]
        #expect(queue.typed(packet) == true)
        #expect(drain(&queue, from: start).flatMap(\.steps) == packet)
    }

    @Test func codesComeOneBehindTheOther() {
        var queue = TypingQueue()
        let codes = (0..<20).map { number in (0..<14).flatMap { _ in [KeyStep].tap(UInt16(number + 2)) } }
        for code in codes { #expect(queue.typed(code) == true) }
        #expect(drain(&queue, from: start).flatMap(\.steps) == codes.flatMap { $0 })
    }

    @Test func aFlowIsTypedAsItComesAndOthersWaitForItsEnd() {
        var queue = TypingQueue()
        #expect(queue.flowBegan(1, .tap(2)) == true)
        #expect(drain(&queue, from: start).flatMap(\.steps) == .tap(2))
        #expect(queue.typed(.tap(9, 28)) == true)
        #expect(drain(&queue, from: start.adding(milliseconds: 50)).isEmpty)
        queue.flowed(1, .tap(3))
        #expect(drain(&queue, from: start.adding(milliseconds: 100)).flatMap(\.steps) == .tap(3))
        #expect(queue.flowEnded(1, .tap(28)) == true)
        #expect(drain(&queue, from: start.adding(milliseconds: 150)).flatMap(\.steps) == .tap(28, 9, 28))
        #expect(queue.isEmpty)
    }

    @Test func aFlowThatBreaksReleasesWhatIsDown() {
        var queue = TypingQueue()
        #expect(queue.flowBegan(1, .tap(2) + [.down(42), .packetEnd, .down(3)]) == true)
        #expect(drain(&queue, from: start).flatMap(\.steps).count == 7)
        #expect(queue.typed(.tap(9)) == true)
        queue.flowBroke(1)
        queue.flowed(1, .tap(5))
        #expect(
            drain(&queue, from: start.adding(milliseconds: 50)).flatMap(\.steps)
                == [.packetEnd, .up(3), .up(42), .packetEnd] + .tap(9))
        #expect(queue.isEmpty)
    }

    @Test func aFlowThatBreaksBeforeItsTurnLeavesNothing() {
        var queue = TypingQueue()
        #expect(queue.flowBegan(1, .tap(2)) == true)
        #expect(queue.flowBegan(2, .tap(3)) == true)
        queue.flowBroke(2)
        #expect(queue.flowEnded(1, .tap(28)) == true)
        #expect(drain(&queue, from: start).flatMap(\.steps) == .tap(2, 28))
    }

    @Test func thereIsALimit() {
        var queue = TypingQueue()
        #expect(queue.flowBegan(1, []) == true)
        var taken = 0
        while queue.typed(.tap(2)) { taken += 1 }
        #expect(taken == TypingQueue.maximumJobs - 1)
        queue.removeAll()
        #expect(queue.typed(.tap(2)) == true)
    }
}
