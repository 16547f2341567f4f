import CLinux
import Glibc
import SystemCalls

/// A pipe whose ends do not block; each end closes by itself, or earlier by hand.
public final class Pipe: Sendable {
    public let readEnd: Int32
    private let writer: Descriptor
    private let reader: Descriptor

    public init() throws(SystemError) {
        var ends: [Int32] = [0, 0]
        // Closed by exec: a program that another test starts meanwhile would keep the end from being seen.
        try systemCall("pipe2") { scanbridge_pipe(&ends) }
        reader = Descriptor(owning: ends[0])
        writer = Descriptor(owning: ends[1])
        readEnd = ends[0]
    }

    public var writeEnd: Int32 { writer.number }

    public func write(_ bytes: [UInt8]) throws(SystemError) {
        try writer.writeAll(bytes)
    }

    /// A second descriptor of the read end, for an owner of its own.
    public func duplicateOfReadEnd() throws(SystemError) -> Descriptor {
        Descriptor(owning: try systemCall("fcntl") { fcntl(reader.number, F_DUPFD_CLOEXEC, 3) })
    }

    /// Lets the reader see the end: the write end becomes one of `/dev/null`.
    public func hangUp() throws(SystemError) {
        let null = try Descriptor.open("/dev/null", O_WRONLY)
        try systemCall("dup2") { dup2(null.number, writer.number) }
    }
}
