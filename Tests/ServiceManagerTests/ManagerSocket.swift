import CLinux
import Glibc
import SystemCalls

/// The service manager's end: a real datagram socket, and the descriptors that come with its messages.
final class ManagerSocket {
    let path: String
    private let socket: Descriptor
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory(named: "scanbridge-test")
        path = directory.path + "/notify"
        socket = Descriptor(
            owning: try systemCall("socket") { Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0) })
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let number = socket.number
        try systemCall("bind") {
            withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }
    }

    struct Received {
        let text: String
        let inode: ino_t?
    }

    /// The next message that is there; nil if there is none.
    func receive() -> Received? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        var control = [UInt64](repeating: 0, count: 8)
        let number = socket.number
        var passed: Int32 = -1
        let count = bytes.withUnsafeMutableBytes { text in
            control.withUnsafeMutableBytes { control in
                var part = iovec(iov_base: text.baseAddress, iov_len: text.count)
                return withUnsafeMutablePointer(to: &part) { part in
                    var message = msghdr()
                    message.msg_iov = part
                    message.msg_iovlen = 1
                    message.msg_control = control.baseAddress
                    message.msg_controllen = control.count
                    let count = recvmsg(number, &message, Int32(MSG_DONTWAIT))
                    // One control message with one descriptor: its head has 16 bytes.
                    if count >= 0, message.msg_controllen >= 20 {
                        passed = control.load(fromByteOffset: 16, as: Int32.self)
                    }
                    return count
                }
            }
        }
        guard count >= 0 else { return nil }
        let text = String(decoding: bytes[..<count], as: UTF8.self)
        guard passed >= 0 else { return Received(text: text, inode: nil) }
        let descriptor = Descriptor(owning: passed)
        return Received(text: text, inode: Self.inode(of: descriptor.number))
    }

    static func inode(of number: Int32) -> ino_t? {
        var status = stat()
        return fstat(number, &status) == 0 ? status.st_ino : nil
    }
}
