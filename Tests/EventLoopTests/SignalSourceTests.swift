import EventLoop
import Glibc
import LoopTesting
import SystemCalls
import Testing

@Suite("Signals as events")
struct SignalSourceTests {
    @Test("a signal that was taken over is told on the loop's thread, and ends nobody")
    func signals() async throws {
        let (thread, journal) = (try LoopThread(), Journal<Int32>())
        try await thread { loop in
            _ = try SignalSource([SIGUSR1, SIGUSR2], loop: loop) { signal in
                #expect(loop.isIsolatingCurrentContext() == true)
                journal.append(signal)
            }
            // Sent to this thread alone: the others of a test process have them unblocked.
            raise(SIGUSR1)
        }
        #expect(await journal.wait(for: 1) == [SIGUSR1])
        try await thread { _ in
            raise(SIGUSR2)
            raise(SIGUSR1)
            // Of one kind only one is kept, as ever with signals.
            raise(SIGUSR1)
        }
        #expect(await journal.wait(for: 3).sorted() == [SIGUSR1, SIGUSR1, SIGUSR2])
        try await thread.settle()
        #expect(journal.entries.count == 3)
    }

    @Test("a source that is closed tells nothing more, and its signals stay blocked")
    func close() async throws {
        let (thread, journal) = (try LoopThread(), Journal<Int32>())
        try await thread { loop in
            let source = try SignalSource([SIGUSR1], loop: loop) { journal.append($0) }
            source.close()
            raise(SIGUSR1)
        }
        try await thread.settle()
        #expect(journal.entries.isEmpty)
    }
}
