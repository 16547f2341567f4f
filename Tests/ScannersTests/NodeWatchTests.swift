import EventLoop
import Glibc
import LoopTesting
import SystemCalls
import Testing

@testable import Scanners

/// A watch of a file in a directory of its own, on a loop's thread.
private actor Watching {
    nonisolated let thread: LoopThread
    nonisolated let signs = Journal<String>()
    nonisolated let directory: TemporaryDirectory
    private var watch: NodeWatch?

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.loop.asUnownedSerialExecutor() }
    nonisolated var node: String { "\(directory.path)/event1" }

    init() throws {
        thread = try LoopThread()
        directory = try TemporaryDirectory(named: "scanbridge-watch")
        try directory.write("", to: "event1")
    }

    func start(_ sign: DeviceLife.Sign) throws {
        watch = try NodeWatch(node: node, for: sign, loop: thread.loop) { [signs] in signs.append("sign") }
    }

    func stop() {
        watch?.close()
        watch = nil
    }
}

@Suite("Watching a node that is blocked")
struct NodeWatchTests {
    @Test("the holder's close is a sign, once; that it opens or reads is none")
    func closed() async throws {
        let watching = try Watching()
        do {
            let holder = try Descriptor.open(watching.node, O_RDONLY)
            try await watching.start(.closed)
            let other = try Descriptor.open(watching.node, O_RDONLY)
            try await watching.thread.settle()
            #expect(watching.signs.entries.isEmpty)
            // Both end here.
            _ = (holder.number, other.number)
        }
        #expect(await watching.signs.wait(for: 1) == ["sign"])
        _ = try Descriptor.open(watching.node, O_RDONLY)
        try await watching.thread.settle()
        #expect(watching.signs.entries == ["sign"])
    }

    @Test("new permissions are a sign, for who may read the node and for who may not", arguments: [true, false])
    func permitted(mayRead: Bool) async throws {
        let watching = try Watching()
        try await watching.start(mayRead ? .closed : .permitted)
        #expect(chmod(watching.node, 0o640) == 0)
        #expect(await watching.signs.wait(for: 1) == ["sign"])
    }

    @Test("a node that is made anew is a sign")
    func replaced() async throws {
        let watching = try Watching()
        try await watching.start(.permitted)
        try watching.directory.write("", to: "event1")
        #expect(await watching.signs.wait(for: 1) == ["sign"])
    }

    @Test("a watch that was closed says nothing")
    func stopped() async throws {
        let watching = try Watching()
        try await watching.start(.closed)
        await watching.stop()
        #expect(chmod(watching.node, 0o640) == 0)
        try await watching.thread.settle()
        #expect(watching.signs.entries.isEmpty)
    }

    @Test("a node that is not there cannot be watched")
    func missing() async throws {
        let watching = try Watching()
        #expect(unlink(watching.node) == 0)
        await #expect(throws: SystemError(call: "inotify_add_watch", errno: ENOENT)) {
            try await watching.start(.closed)
        }
    }
}
