import CLinux
import EventLoop
import Glibc
import LoopTesting
import ServiceManager
import SystemCalls
import Testing

@Suite struct ServiceManagerTests {
    private func manager(_ socket: ManagerSocket, _ more: [String: String] = [:]) throws -> ServiceManager {
        let environment = more.merging(["NOTIFY_SOCKET": socket.path]) { first, _ in first }
        return try #require(try ServiceManager(environment: { environment[$0] }))
    }

    @Test func `without a socket there is no manager`() throws {
        #expect(try ServiceManager(environment: { _ in nil }) == nil)
    }

    @Test(arguments: ["", "relative", "vsock:2:1", "/" + String(repeating: "x", count: 200)])
    func `a socket of no known kind is an error`(path: String) {
        #expect(throws: SystemError.self) { try ServiceManager(environment: { $0 == "NOTIFY_SOCKET" ? path : nil }) }
    }

    @Test func `readiness and the end are told`() throws {
        let socket = try ManagerSocket()
        let manager = try manager(socket)
        manager.ready()
        manager.stopping()
        #expect(socket.receive()?.text == "READY=1")
        #expect(socket.receive()?.text == "STOPPING=1")
    }

    @Test func `a status is one line, is told once, and is cut`() throws {
        let socket = try ManagerSocket()
        let manager = try manager(socket)
        manager.status("one\nREADY=1")
        manager.status("one\nREADY=1")
        manager.status(String(repeating: "é", count: 5000))
        #expect(socket.receive()?.text == "STATUS=one\u{FFFD}READY=1")
        #expect(socket.receive().map { $0.text.utf8.count } == 7 + 400)
        #expect(socket.receive() == nil)
    }

    @Test func `a descriptor goes to the store and out of it`() throws {
        let socket = try ManagerSocket()
        let manager = try manager(socket)
        let file = Descriptor(owning: try systemCall("memfd_create") { scanbridge_memory_file("test") })
        manager.store(file.number, as: "grab-13-67")
        manager.removeStored("grab-13-67")
        let stored = try #require(socket.receive())
        #expect(stored.text == "FDSTORE=1\nFDNAME=grab-13-67")
        #expect(stored.inode == ManagerSocket.inode(of: file.number))
        #expect(socket.receive()?.text == "FDSTOREREMOVE=1\nFDNAME=grab-13-67")
    }

    /// The kernel holds few datagrams for a reader that is busy; more wait here, in order and with their descriptors.
    @Test func `nothing is lost while the manager is busy, and nothing waits for it`() throws {
        let socket = try ManagerSocket()
        let manager = try manager(socket)
        var expected: [String] = []
        for number in 0..<400 {
            if number % 2 == 0 {
                let file = Descriptor(owning: try systemCall("memfd_create") { scanbridge_memory_file("test") })
                manager.store(file.number, as: "n\(number)")
                expected.append("FDSTORE=1\nFDNAME=n\(number)")
            } else {
                manager.removeStored("n\(number)")
                expected.append("FDSTOREREMOVE=1\nFDNAME=n\(number)")
            }
        }
        var received: [String] = []
        var inodes = Set<ino_t>()
        var idle = 0
        while idle < 3 {
            guard let message = socket.receive() else {
                idle += 1
                manager.ready()
                continue
            }
            idle = 0
            if message.text != "READY=1" { received.append(message.text) }
            if let inode = message.inode { inodes.insert(inode) }
        }
        #expect(received == expected)
        #expect(inodes.count == 200)
    }

    @Test func `the loop feeds the watchdog, twice as often as it must`() async throws {
        let thread = try LoopThread()
        let path = try await thread { loop in
            let socket = try ManagerSocket()
            let manager = try manager(socket, ["WATCHDOG_USEC": "40000", "WATCHDOG_PID": "\(getpid())"])
            #expect(manager.watchdogMilliseconds == 40)
            manager.feedWatchdog(from: loop)
            let start = MonotonicTime.now()
            // On the loop's own thread: what is scheduled keeps both alive until the time is over.
            loop.schedule(at: start.adding(milliseconds: 500)) {
                var count = 0
                while let message = socket.receive() { count += message.text == "WATCHDOG=1" ? 1 : 0 }
                // 26 on a quiet machine. The kernel holds 11 for a reader that reads none before.
                #expect(count >= 5)
                withExtendedLifetime(manager) {}
            }
            return socket.path
        }
        #expect(!path.isEmpty)
        try await Task.sleep(for: .milliseconds(900))
        try await thread { _ in }
    }

    @Test func `a watchdog of another process is none`() throws {
        let socket = try ManagerSocket()
        let manager = try manager(socket, ["WATCHDOG_USEC": "40000", "WATCHDOG_PID": "1"])
        #expect(manager.watchdogMilliseconds == nil)
    }
}
