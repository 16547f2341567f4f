import EventLoop
import Glibc
import LoopTesting
import SystemCalls
import Testing

/// An actor whose state belongs to a loop's thread.
private actor Counter {
    nonisolated let thread: LoopThread
    private(set) var count = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.loop.asUnownedSerialExecutor() }

    init(_ thread: LoopThread) {
        self.thread = thread
    }

    func add() -> String {
        count += 1
        return ownThread()
    }

    func addFromCallback() { count += 1 }
}

private func ownThread() -> String { "\(UInt(bitPattern: Int(pthread_self())))" }

@Suite("Work that is given to an event loop")
struct PostedWorkTests {
    @Test("what several threads post is called on the loop's, each thread's in its order")
    func post() async throws {
        let (thread, journal) = (try LoopThread(), Journal<(sender: Int, number: Int, thread: String)>())
        for sender in 0..<4 {
            try startThread(named: "sender") { [loop = thread.loop] in
                for number in 0..<1000 { loop.post { journal.append((sender, number, ownThread())) } }
            }
        }
        let entries = await journal.wait(for: 4000)
        #expect(entries.count == 4000)
        for sender in 0..<4 {
            #expect(entries.filter { $0.sender == sender }.map(\.number) == Array(0..<1000))
        }
        #expect(Set(entries.map(\.thread)) == [try await thread { _ in ownThread() }])
    }

    @Test("what posted work posts has its turn later, and holds back no descriptor")
    func postFromWork() async throws {
        let (thread, journal) = (try LoopThread(), Journal<String>())
        try await thread { loop in
            loop.post { journal.append("later") }
            journal.append("now")
        }
        #expect(await journal.wait(for: 2) == ["now", "later"])
    }

    @Test("a loop is the executor of an actor: its methods run on the loop's thread, and a callback there is isolated")
    func executor() async throws {
        let thread = try LoopThread()
        let counter = Counter(thread)
        let name = try await thread { _ in ownThread() }
        #expect(await counter.add() == name)
        try await thread { _ in
            counter.assumeIsolated { $0.addFromCallback() }
        }
        #expect(await counter.count == 2)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<200 { group.addTask { _ = await counter.add() } }
        }
        #expect(await counter.count == 202)
    }

    @Test("whoever asks is told whether this is the loop's thread")
    func isolation() async throws {
        let thread = try LoopThread()
        #expect(try await thread { $0.isIsolatingCurrentContext() } == true)
        #expect(thread.loop.isIsolatingCurrentContext() == false)
    }

    @Test("a loop belongs to its maker's thread until it runs")
    func adoption() throws {
        #expect(try EventLoop().isIsolatingCurrentContext() == true)
    }

    @Test("stopping ends it, before it runs as well, and then it can run again")
    func stop() async throws {
        let journal = Journal<String>()
        let loop = try EventLoop()
        try startThread(named: "stopping") {
            do {
                loop.stop()
                try loop.run()
                journal.append("stopped before")
                loop.post { loop.stop() }
                try loop.run()
                journal.append("stopped by work")
                loop.schedule(at: .now().adding(milliseconds: 1)) { loop.stop() }
                try loop.run()
                journal.append("stopped by a timer")
                journal.append("waiting")
                try loop.run()
                journal.append("stopped from elsewhere")
            } catch {
                journal.append("\(error)")
            }
        }
        #expect(await journal.wait(for: 4) == ["stopped before", "stopped by work", "stopped by a timer", "waiting"])
        loop.stop()
        #expect(await journal.wait(for: 5).last == "stopped from elsewhere")
    }

    @Test("a loop without anything to do sleeps")
    func sleeps() async throws {
        let thread = try LoopThread()
        let clock = try await thread { _ in
            var clock = clockid_t()
            pthread_getcpuclockid(pthread_self(), &clock)
            return clock
        }
        let cpu = {
            var time = timespec()
            clock_gettime(clock, &time)
            return time.tv_sec * 1_000_000_000 + time.tv_nsec
        }
        // Asking for a thread's clock costs that thread nothing: without a wake-up it stands still, once it has gone to sleep.
        var slept = false
        for _ in 0..<50 where !slept {
            let before = cpu()
            try await Task.sleep(for: .milliseconds(200))
            slept = cpu() == before
        }
        #expect(slept)
    }
}
