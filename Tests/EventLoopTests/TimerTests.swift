import Glibc
import LoopTesting
import SeededNumbers
import SystemCalls
import Testing

@testable import EventLoop

@Suite("Timers")
struct TimerTests {
    @Test("they come in the order of their time, and those of one time as they were set")
    func order() async throws {
        let journal = Journal<Int>()
        try await LoopThread().settled { loop in
            let past = MonotonicTime.now().adding(milliseconds: -100)
            for number in [5, 3, 9, 1, 7] {
                loop.schedule(at: past.adding(milliseconds: number)) { journal.append(number * 10) }
                loop.schedule(at: past.adding(milliseconds: number)) { journal.append(number * 10 + 1) }
            }
        }
        #expect(journal.entries == [10, 11, 30, 31, 50, 51, 70, 71, 90, 91])
    }

    @Test("none comes before its time")
    func notEarly() async throws {
        let thread = try LoopThread()
        let early = Journal<Int>()
        try await thread { loop in
            for milliseconds in [0, 1, 2, 3, 5, 8, 13, 21] {
                let time = MonotonicTime(microseconds: MonotonicTime.now().microseconds + Int64(milliseconds) * 997)
                loop.schedule(at: time) { early.append(Int(time.microseconds - MonotonicTime.now().microseconds)) }
            }
        }
        let margins = await early.wait(for: 8)
        #expect(margins.count == 8)
        #expect(margins.allSatisfy { $0 <= 0 }, "\(margins)")
    }

    @Test("a cancelled one does not come, even when another of the same turn cancels it")
    func cancel() async throws {
        let journal = Journal<String>()
        try await LoopThread().settled { loop in
            let past = MonotonicTime.now().adding(milliseconds: -100)
            let early = loop.schedule(at: past) { journal.append("early") }
            let late = loop.schedule(at: past.adding(milliseconds: 2)) { journal.append("late") }
            loop.schedule(at: past.adding(milliseconds: 1)) {
                journal.append("middle")
                loop.cancel(late)
                loop.cancel(late)
            }
            loop.schedule(at: past.adding(milliseconds: 3)) { journal.append("last") }
            loop.cancel(early)
        }
        #expect(journal.entries == ["middle", "last"])
    }

    @Test("one that has come can be set again and again, and cancelling it then is no fault")
    func setAgain() async throws {
        let thread = try LoopThread()
        let journal = Journal<Int>()
        try await thread { loop in rearm(loop, journal, left: 5) }
        #expect(await journal.wait(for: 5) == [5, 4, 3, 2, 1])
        try await thread { loop in
            let timer = loop.schedule(at: .now()) { journal.append(0) }
            loop.schedule(at: .now().adding(milliseconds: 1)) {
                loop.cancel(timer)
                journal.append(-1)
            }
        }
        #expect(await journal.wait(for: 7).suffix(2) == [0, -1])
    }

    @Test("one that sets itself again for the past holds back nobody")
    func selfSetting() async throws {
        let thread = try LoopThread()
        try await thread { loop in endless(loop) }
        try await thread.settle()
        try await thread { _ in }
    }

    @Test("signals that interrupt the wait again and again do not put it off")
    func interruptions() async throws {
        let thread = try LoopThread()
        let journal = Journal<String>()
        let target = try await thread { _ in
            // A handler that does nothing, so that the signal interrupts and ends nobody.
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { _ in }
            sigaction(SIGURG, &action, nil)
            return UInt(bitPattern: Int(pthread_self()))
        }
        try await thread { loop in
            loop.schedule(at: .now().adding(milliseconds: 200)) { journal.append("fired") }
        }
        // Each comes sooner than the wait would end, 10 s long, or until the timer has come.
        for _ in 0..<500 where journal.entries.isEmpty {
            pthread_kill(pthread_t(Int(bitPattern: target)), SIGURG)
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(journal.entries == ["fired"])
    }

    @Test("setting and removing in any order leaves the rest in order")
    func random() {
        var generator = SeededGenerator(state: 7)
        for _ in 0..<50 {
            var queue = TimerQueue()
            var expected: [(time: Int64, number: Int)] = []
            var fired: [Int] = []
            var ids: [Int: TimerID] = [:]
            for number in 0..<300 {
                let time = Int64.random(in: 0..<100, using: &generator)
                ids[number] = queue.add(at: MonotonicTime(microseconds: time)) { fired.append(number) }
                expected.append((time, number))
                if Bool.random(using: &generator), let victim = expected.randomElement(using: &generator),
                    let id = ids[victim.number]
                {
                    queue.remove(id)
                    expected.removeAll { $0.number == victim.number }
                }
            }
            for time in stride(from: Int64(0), through: 100, by: 10) {
                for id in queue.takeDue(by: MonotonicTime(microseconds: time)) { queue.takeBody(of: id)?() }
                #expect(fired.count == expected.count(where: { $0.time <= time }))
            }
            #expect(fired == expected.sorted { ($0.time, $0.number) < ($1.time, $1.number) }.map(\.number))
            #expect(queue.isEmpty)
            #expect(queue.next == nil)
        }
    }

    @Test("timers that are set and removed over and over do not pile up")
    func pileUp() {
        var queue = TimerQueue()
        let kept = queue.add(at: MonotonicTime(microseconds: 1_000_000)) {}
        for number in 0..<100_000 { queue.remove(queue.add(at: MonotonicTime(microseconds: Int64(number))) {}) }
        #expect(queue.storedCount <= 128)
        #expect(queue.takeDue(by: MonotonicTime(microseconds: 2_000_000)) == [kept])
    }

    @Test(
        "the next time is the earliest of those that are set",
        arguments: [[5], [7, 3], [3, 7], [1, 1, 9], [9, -4, 2]])
    func next(_ times: [Int64]) {
        var queue = TimerQueue()
        let ids = times.map { queue.add(at: MonotonicTime(microseconds: $0)) {} }
        for (time, id) in zip(times, ids).sorted(by: { $0.0 < $1.0 }) {
            #expect(queue.next == MonotonicTime(microseconds: time))
            queue.remove(id)
        }
        #expect(queue.next == nil)
    }

    @Test("a timer that is set before the one that the kernel waits for fires in its own time")
    func earlier() async throws {
        let thread = try LoopThread()
        let journal = Journal<Int>()
        try await thread { loop in
            let now = MonotonicTime.now()
            loop.schedule(at: now.adding(milliseconds: 3_600_000)) { journal.append(3_600_000) }
        }
        // The loop has waited for the late one by now.
        try await thread.settle()
        try await thread { loop in
            loop.schedule(at: MonotonicTime.now().adding(milliseconds: 5)) { journal.append(5) }
            loop.schedule(at: MonotonicTime(microseconds: -1)) { journal.append(0) }
        }
        #expect(await journal.wait(for: 2) == [0, 5])
    }
}

private func rearm(_ loop: EventLoop, _ journal: Journal<Int>, left: Int) {
    guard left > 0 else { return }
    loop.schedule(at: .now()) {
        journal.append(left)
        rearm(loop, journal, left: left - 1)
    }
}

private func endless(_ loop: EventLoop) {
    loop.schedule(at: MonotonicTime(microseconds: 0)) { endless(loop) }
}

extension LoopThread {
    /// Calls `body` and returns when what it has made due is over.
    func settled(_ body: @escaping @Sendable (EventLoop) -> Void) async throws {
        try await self(body)
        try await settle()
    }
}
