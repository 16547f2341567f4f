import EventLoop
import Glibc
import LoopTesting
import SystemCalls
import Testing

/// A source that tells what it was called for, and then does something.
private final class Listener: EventSource {
    let action: (Readiness) -> Void

    init(_ action: @escaping (Readiness) -> Void) {
        self.action = action
    }

    func ready(_ readiness: Readiness) { action(readiness) }
}

/// Takes out what there is to read.
private func drain(_ descriptor: Int32) {
    var buffer = [UInt8](repeating: 0, count: 64)
    while read(descriptor, &buffer, buffer.count) > 0 {}
}

@Suite("Descriptors of an event loop")
struct DescriptorTests {
    @Test("a source is called as long as its descriptor is ready, and no more once it is not")
    func readable() async throws {
        let (thread, pipe, journal) = (try LoopThread(), try Pipe(), Journal<Readiness>())
        try await thread { loop in
            try loop.watch(
                pipe.readEnd, for: .readable,
                source: Listener { readiness in
                    journal.append(readiness)
                    if journal.entries.count == 3 { drain(pipe.readEnd) }
                })
            try pipe.write([1, 2, 3])
        }
        #expect(await journal.wait(for: 3) == [.readable, .readable, .readable])
        try await thread.settle()
        #expect(journal.entries.count == 3)
    }

    @Test("the end of a pipe is told to who asked for nothing of the kind")
    func hungUp() async throws {
        let (thread, pipe, journal) = (try LoopThread(), try Pipe(), Journal<Readiness>())
        try await thread { loop in
            try loop.watch(
                pipe.readEnd, for: [],
                source: Listener {
                    journal.append($0)
                    loop.unwatch(pipe.readEnd)
                })
        }
        try pipe.hangUp()
        #expect(await journal.wait(for: 1) == [.hungUp])
    }

    @Test("what is waited for can be changed")
    func change() async throws {
        let (thread, pipe, journal) = (try LoopThread(), try Pipe(), Journal<String>())
        try await thread { loop in
            try loop.watch(
                pipe.writeEnd, for: [],
                source: Listener { readiness in
                    journal.append(readiness == .writable ? "writable" : "\(readiness)")
                    try? loop.change(pipe.writeEnd, to: [])
                })
        }
        try await thread.settle()
        #expect(journal.entries.isEmpty)
        try await thread { loop in try loop.change(pipe.writeEnd, to: .writable) }
        #expect(await journal.wait(for: 1) == ["writable"])
        try await thread.settle()
        #expect(journal.entries.count == 1)
    }

    @Test("keys go first, whatever became ready first")
    func priority() async throws {
        let (thread, journal) = (try LoopThread(), Journal<String>())
        let pipes = try (0..<6).map { _ in try Pipe() }
        try await thread { loop in
            for (number, pipe) in pipes.enumerated() {
                try loop.watch(
                    pipe.readEnd, for: .readable, priority: number % 2 == 1 ? .keys : .normal,
                    source: Listener { _ in
                        journal.append(number % 2 == 1 ? "keys" : "normal")
                        drain(pipe.readEnd)
                    })
                try pipe.write([1])
            }
        }
        #expect(await journal.wait(for: 6) == ["keys", "keys", "keys", "normal", "normal", "normal"])
    }

    @Test("a source that another of the same turn has taken out is not called")
    func unwatchInTurn() async throws {
        let (thread, journal) = (try LoopThread(), Journal<Int>())
        let pipes = try (0..<4).map { _ in try Pipe() }
        try await thread { loop in
            for (number, pipe) in pipes.enumerated() {
                try loop.watch(
                    pipe.readEnd, for: .readable,
                    source: Listener { _ in
                        journal.append(number)
                        for pipe in pipes { loop.unwatch(pipe.readEnd) }
                    })
                try pipe.write([1])
            }
        }
        _ = await journal.wait(for: 1)
        try await thread.settle()
        #expect(journal.entries.count == 1)
    }

    @Test("readiness of a descriptor's earlier owner is not told to its next one")
    func staleReadiness() async throws {
        let (thread, journal) = (try LoopThread(), Journal<String>())
        let (first, old, new) = (try Pipe(), try Pipe(), try Pipe())
        try await thread { loop in
            // A number of its own that both pipes get in turn.
            let shared = try old.duplicateOfReadEnd()
            let number = try systemCall("fcntl") { fcntl(shared.number, F_DUPFD_CLOEXEC, 3) }
            try loop.watch(
                number, for: .readable,
                source: Listener { _ in
                    journal.append("old")
                    drain(number)
                })
            try loop.watch(
                first.readEnd, for: .readable, priority: .keys,
                source: Listener { _ in
                    drain(first.readEnd)
                    loop.unwatch(number)
                    dup2(new.readEnd, number)
                    try? loop.watch(
                        number, for: .readable,
                        source: Listener { _ in
                            journal.append("new")
                            drain(number)
                        })
                    journal.append("exchanged")
                })
            try old.write([1])
            try first.write([1])
        }
        #expect(await journal.wait(for: 1) == ["exchanged"])
        try await thread.settle()
        #expect(journal.entries == ["exchanged"])
        try new.write([1])
        #expect(await journal.wait(for: 2) == ["exchanged", "new"])
    }

    @Test("a descriptor can be watched, forgotten twice and watched again")
    func watchAgain() async throws {
        let (thread, pipe, journal) = (try LoopThread(), try Pipe(), Journal<Int>())
        for number in 0..<3 {
            try await thread { loop in
                loop.unwatch(pipe.readEnd)
                loop.unwatch(pipe.readEnd)
                try loop.watch(
                    pipe.readEnd, for: .readable,
                    source: Listener { _ in
                        journal.append(number)
                        drain(pipe.readEnd)
                    })
            }
            try pipe.write([1])
            #expect(await journal.wait(for: number + 1) == Array(0...number))
        }
    }

    @Test("what cannot be watched is refused, and leaves nothing behind")
    func refused() async throws {
        let thread = try LoopThread()
        try await thread { loop in
            // epoll takes no regular files.
            let file = try Descriptor.open("/proc/self/cmdline", O_RDONLY)
            let directory = try Descriptor.open("/", O_RDONLY)
            #expect(throws: SystemError(call: "epoll_ctl", errno: EPERM)) {
                try loop.watch(directory.number, for: .readable, source: Listener { _ in })
            }
            #expect(throws: SystemError(call: "epoll_ctl", errno: EPERM)) {
                try loop.watch(directory.number, for: .readable, source: Listener { _ in })
            }
            #expect(file.number >= 0)
        }
    }

    @Test("hundreds of descriptors that are ready at once all have their turn")
    func many() async throws {
        let (thread, journal) = (try LoopThread(), Journal<Int>())
        let pipes = try (0..<300).map { _ in try Pipe() }
        try await thread { loop in
            for (number, pipe) in pipes.enumerated() {
                try loop.watch(
                    pipe.readEnd, for: .readable,
                    source: Listener { _ in
                        journal.append(number)
                        drain(pipe.readEnd)
                    })
                try pipe.write([1])
            }
        }
        #expect(Set(await journal.wait(for: 300)) == Set(0..<300))
        #expect(journal.entries.count == 300)
    }
}
