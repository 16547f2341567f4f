import Glibc

/// An open file descriptor with one owner, who closes it by letting it go.
public struct Descriptor: ~Copyable, Sendable {
    /// The number to hand to system calls; valid as long as this value lives.
    public let number: Int32

    /// Takes over an open descriptor.
    public init(owning number: Int32) {
        self.number = number
    }

    // close(2) is not repeated on EINTR: on Linux the descriptor is gone either way.
    deinit { _ = Glibc.close(number) }

    /// Opens a file. `O_CLOEXEC` is always added.
    public static func open(_ path: String, _ flags: Int32, mode: mode_t = 0) throws(SystemError) -> Descriptor {
        Descriptor(owning: try systemCall("open") { Glibc.open(path, flags | O_CLOEXEC, mode) })
    }

    /// Standard input, by a number of its own, so that closing it closes nothing else.
    public static func standardInput() throws(SystemError) -> Descriptor {
        Descriptor(owning: try systemCall("dup") { dup(STDIN_FILENO) })
    }

    /// Another descriptor of the same open file, closed by exec.
    public func duplicate() throws(SystemError) -> Descriptor {
        Descriptor(owning: try systemCall("fcntl") { fcntl(number, F_DUPFD_CLOEXEC, 3) })
    }

    /// Reads what is there into `buffer`. Zero is the end of the file.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        try systemCall("read") { Glibc.read(number, buffer.baseAddress, buffer.count) }
    }

    /// Reads a whole file into memory.
    ///
    /// - Throws: EFBIG if it is longer than `limit` bytes.
    public func readAll(atMost limit: Int) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = try systemCall("read") { Glibc.read(number, &buffer, buffer.count) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            if bytes.count > limit { throw SystemError(call: "read", errno: EFBIG) }
        }
    }

    /// Writes as much of `buffer` as the kernel takes now.
    public func write(_ buffer: UnsafeRawBufferPointer) throws(SystemError) -> Int {
        try systemCall("write") { Glibc.write(number, buffer.baseAddress, buffer.count) }
    }

    /// Writes all of `bytes` to a blocking descriptor.
    public func writeAll(_ bytes: [UInt8]) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = try systemCall("write") {
                rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
            }
            rest = rest.dropFirst(count)
        }
    }
}
