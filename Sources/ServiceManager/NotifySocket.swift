import CLinux
import Glibc
import SystemCalls

/// The socket on which a service tells its manager how it is, as sd_notify(3) describes it. Never waits.
struct NotifySocket: ~Copyable {
    private let socket: Descriptor
    private var address: sockaddr_un
    private let length: socklen_t

    /// - Parameter path: `$NOTIFY_SOCKET`: an absolute path, or `@` and an abstract name.
    /// - Throws: EINVAL for any other, for example a vsock's.
    init(path: String) throws(SystemError) {
        let socket = Descriptor(
            owning: try systemCall("socket") {
                Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            })
        var bytes = Array(path.utf8)
        let capacity = MemoryLayout.size(ofValue: sockaddr_un().sun_path)
        guard bytes.count > 1, bytes.count < capacity, bytes[0] == UInt8(ascii: "/") || bytes[0] == UInt8(ascii: "@")
        else { throw SystemError(call: "connect", errno: EINVAL) }
        let isAbstract = bytes[0] == UInt8(ascii: "@")
        if isAbstract { bytes[0] = 0 }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        self.address = address
        // An abstract name has no zero byte at its end, and its length counts.
        let head = MemoryLayout<sockaddr_un>.size - capacity
        length = socklen_t(head + bytes.count + (isAbstract ? 0 : 1))
        self.socket = socket
    }

    /// Sends one message, and a descriptor with it if there is one.
    mutating func send(_ message: String, passing descriptor: Int32? = nil) throws(SystemError) {
        let bytes = Array(message.utf8)
        let number = socket.number
        try systemCall("sendmsg") {
            scanbridge_send_datagram(number, &address, length, bytes, bytes.count, descriptor ?? -1)
        }
    }
}
