import Glibc
import SystemCalls
import Testing

@Suite("System calls")
struct SystemCallTests {
    @Test("a call that a signal interrupts is made again")
    func interrupted() throws {
        var calls = 0
        let result = try systemCall("read") { () -> Int in
            calls += 1
            errno = EINTR
            return calls < 4 ? -1 : 7
        }
        #expect(result == 7)
        #expect(calls == 4)
    }

    @Test("any other failure is thrown with the call's name and the kernel's reason")
    func failed() {
        #expect(throws: SystemError(call: "open", errno: ENOENT)) {
            _ = try Descriptor.open("/nonexistent/scanbridge", O_RDONLY).number
        }
        #expect(throws: SystemError(call: "close", errno: EBADF)) { try systemCall("close") { close(-1) } }
        #expect("\(SystemError(call: "open", errno: EACCES))" == "open: Permission denied")
        #expect(SystemError(call: "read", errno: EAGAIN).isWouldBlock)
        #expect(!SystemError(call: "read", errno: EIO).isWouldBlock)
        #expect(!SystemError(call: "read", errno: 12_345).reason.isEmpty)
    }

    @Test("zero is a result and no failure, whatever errno says")
    func zero() throws {
        #expect(
            try systemCall("read") { () -> Int32 in
                errno = EIO
                return 0
            } == 0)
    }

    @Test("a descriptor is closed when its owner lets it go, and not before")
    func closing() throws {
        let (reading, writing) = try pipe()
        let reader = Descriptor(owning: reading)
        #expect(throws: SystemError(call: "read", errno: EAGAIN)) { try byte(from: reading) }
        try use(Descriptor(owning: writing))
        // The write end is gone, so the end of the file is there.
        #expect(try byte(from: reader.number) == nil)
    }

    @Test("everything is written, and read in pieces")
    func writing() throws {
        let (reading, writing) = try pipe()
        let reader = Descriptor(owning: reading)
        let writer = Descriptor(owning: writing)
        try writer.writeAll([1, 2, 3])
        try writer.writeAll([])
        #expect(try bytes(reader, count: 2) == [1, 2])
        #expect(try bytes(reader, count: 2) == [3])
    }

    @Test("what is opened is closed by exec")
    func closedByExec() throws {
        let null = try Descriptor.open("/dev/null", O_RDONLY)
        #expect(try systemCall("fcntl") { fcntl(null.number, F_GETFD) } & FD_CLOEXEC == FD_CLOEXEC)
    }

    @Test("a thread runs its body under its name, cut to what the kernel holds")
    func thread() async throws {
        let name = await withCheckedContinuation { (continuation: CheckedContinuation<String, Never>) in
            do {
                try startThread(named: "scanbridge-lookup") { continuation.resume(returning: ownName()) }
            } catch {
                continuation.resume(returning: "\(error)")
            }
        }
        #expect(name == "scanbridge-look")
    }

    private func use(_ writer: consuming Descriptor) throws {
        #expect(try systemCall("fcntl") { fcntl(writer.number, F_GETFD) } >= 0)
    }

    private func pipe() throws -> (Int32, Int32) {
        var ends: [Int32] = [0, 0]
        try systemCall("pipe") { Glibc.pipe(&ends) }
        for end in ends { try systemCall("fcntl") { fcntl(end, F_SETFL, O_NONBLOCK) } }
        return (ends[0], ends[1])
    }

    private func byte(from descriptor: Int32) throws -> UInt8? {
        var byte: UInt8 = 0
        return try systemCall("read") { read(descriptor, &byte, 1) } == 0 ? nil : byte
    }
}

private func ownName() -> String {
    do {
        let name = try bytes(Descriptor.open("/proc/thread-self/comm", O_RDONLY), count: 32)
        return String(decoding: name.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    } catch {
        return "\(error)"
    }
}

private func bytes(_ descriptor: borrowing Descriptor, count: Int) throws -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
    defer { buffer.deallocate() }
    return Array(buffer.prefix(try descriptor.read(into: buffer)))
}
