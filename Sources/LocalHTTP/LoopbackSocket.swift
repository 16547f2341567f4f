// Whichever of the C modules is read first has the headers of sockets.
import CLinux
import CMicroHTTPD
import Glibc
import SystemCalls

/// The socket that a server listens on.
enum LoopbackSocket {
    private static let backlog: Int32 = 128

    /// A listening socket that does not block, is closed by exec, and takes the place of one whose connections are still being closed.
    static func listen(at address: LoopbackAddress) throws(SystemError) -> Descriptor {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let family = address.host == .v6 ? AF_INET6 : AF_INET
        let descriptor = Descriptor(owning: try systemCall("socket") { socket(family, type, 0) })
        let number = descriptor.number
        var yes: Int32 = 1
        try systemCall("setsockopt") {
            setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        }
        try systemCall("bind") { withAddress(address) { bind(number, $0, $1) } }
        try systemCall("listen") { Glibc.listen(number, backlog) }
        return descriptor
    }

    /// The port that a socket is bound to.
    static func port(of descriptor: borrowing Descriptor) throws(SystemError) -> UInt16 {
        let number = descriptor.number
        // Both families have the port in the same place.
        var address = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        try systemCall("getsockname") {
            withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(number, $0, &length) }
            }
        }
        return UInt16(bigEndian: address.sin6_port)
    }

    private static func withAddress(
        _ address: LoopbackAddress, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        switch address.host {
        case .v4(let host):
            var raw = sockaddr_in()
            raw.sin_family = sa_family_t(AF_INET)
            raw.sin_port = address.port.bigEndian
            raw.sin_addr.s_addr = host.bigEndian
            return withUnsafePointer(to: &raw) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        case .v6:
            var raw = sockaddr_in6()
            raw.sin6_family = sa_family_t(AF_INET6)
            raw.sin6_port = address.port.bigEndian
            raw.sin6_addr = in6addr_loopback
            return withUnsafePointer(to: &raw) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        }
    }
}
