import CLinux
import Glibc
import SystemCalls

/// A connected socket that is read line by line and never waited for longer than asked.
struct Wire: ~Copyable {
    /// What one line may have; the service's longest is a member with all rewards.
    static let maximumLineLength = 4 << 20

    private static let patienceSeconds = 5

    private let path: String
    private let socket: Descriptor
    private var bytes: [UInt8] = []
    private var start = 0
    private var searched = 0

    init(path: String) throws(ClientError) {
        let limit = MemoryLayout<sockaddr_un>.size - MemoryLayout<sa_family_t>.size - 1
        guard !path.isEmpty, path.utf8.count <= limit, !path.utf8.contains(0) else {
            throw ClientError(code: ClientError.failed, message: "a socket's path has 1 to \(limit) bytes")
        }
        socket = try Self.open(path)
        self.path = path
    }

    private static func open(_ path: String) throws(ClientError) -> Descriptor {
        do throws(SystemError) {
            return try connect(to: path)
        } catch {
            throw ClientError(error, path)
        }
    }

    private static func connect(to path: String) throws(SystemError) -> Descriptor {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = Descriptor(owning: try systemCall("socket") { Glibc.socket(AF_UNIX, type, 0) })
        let number = descriptor.number
        // A service that is stopped takes no connection and reads nothing: connect and send are not to wait for it forever.
        var patience = timeval(tv_sec: patienceSeconds, tv_usec: 0)
        try systemCall("setsockopt") {
            setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        try systemCall("connect") {
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }
        return descriptor
    }

    func send(_ line: [UInt8]) throws(ClientError) {
        var rest = line[...]
        while !rest.isEmpty {
            do throws(SystemError) {
                let count = try systemCall("send") {
                    rest.withUnsafeBytes { Glibc.send(socket.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                }
                rest = rest.dropFirst(count)
            } catch {
                throw ClientError(error, path)
            }
        }
    }

    /// The next line without its line feed, or nil at the end of the connection. A last line that was cut is dropped.
    ///
    /// - Parameters:
    ///   - deadline: When to give up with ``ClientError/timedOut``; nil to wait for as long as it takes.
    ///   - wakeUp: A descriptor that ends the wait when it can be read, as if the connection had ended.
    mutating func readLine(until deadline: MonotonicTime? = nil, wakeUp: Int32 = -1) throws(ClientError) -> [UInt8]? {
        while true {
            if let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(bytes[start..<end])
                start = end + 1
                searched = start
                return line
            }
            bytes.removeFirst(start)
            start = 0
            searched = bytes.count
            guard bytes.count < Self.maximumLineLength else {
                throw ClientError(
                    code: ClientError.protocolFault, message: "the service sent a line of more than 4 MiB")
            }
            guard try waitUntilReadable(deadline, wakeUp), try receive() else { return nil }
        }
    }

    private mutating func receive() throws(ClientError) -> Bool {
        let socket = socket.number
        do throws(SystemError) {
            var count = 0
            let old = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: 16_384))
            defer { bytes.removeLast(16_384 - count) }
            count = try systemCall("recv") {
                bytes.withUnsafeMutableBytes { recv(socket, $0.baseAddress.map { $0 + old }, 16_384, 0) }
            }
            return count > 0
        } catch {
            throw ClientError(error, path)
        }
    }

    private func waitUntilReadable(_ deadline: MonotonicTime?, _ wakeUp: Int32) throws(ClientError) -> Bool {
        guard deadline != nil || wakeUp >= 0 else { return true }
        let ready = poll([socket.number, wakeUp], until: deadline)
        if ready[1] { return false }
        guard ready[0] else {
            throw ClientError(code: ClientError.timedOut, message: "the service did not answer in time")
        }
        return true
    }
}

/// Waits until one of `descriptors` has something to read; negative ones are passed over.
///
/// - Returns: Which of them have; none if the time is up.
func poll(_ descriptors: [Int32], until deadline: MonotonicTime?) -> [Bool] {
    var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    while true {
        var timeout: Int32 = -1
        if let deadline { timeout = Int32(clamping: max(0, deadline.milliseconds(since: .now()) + 1)) }
        let count = Glibc.poll(&entries, nfds_t(entries.count), timeout)
        if count > 0 { return entries.map { $0.revents != 0 } }
        if count == 0, let deadline, MonotonicTime.now() >= deadline { return entries.map { _ in false } }
    }
}
