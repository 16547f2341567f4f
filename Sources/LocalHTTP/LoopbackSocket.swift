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

    /// A socket that was handed over, if it is the right one, else a new one.
    static func taken(_ handed: consuming Descriptor?, at address: LoopbackAddress) throws(SystemError) -> Descriptor {
        guard let socket = handed else { return try listen(at: address) }
        guard listens(socket, at: address) else { return try listen(at: address) }
        let number = socket.number
        let flags = try systemCall("fcntl") { fcntl(number, F_GETFL) }
        try systemCall("fcntl") { fcntl(number, F_SETFL, flags | O_NONBLOCK) }
        return socket
    }

    /// Whether a socket that somebody else has made listens at this address, for us to go on with.
    static func listens(_ descriptor: borrowing Descriptor, at address: LoopbackAddress) -> Bool {
        let number = descriptor.number
        var listens: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) == 0, listens != 0 else { return false }
        var bound = sockaddr_storage()
        length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &bound) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(number, $0, &length) }
        }
        guard result == 0 else { return false }
        return withAddress(address) { wanted, wantedLength in
            withUnsafeBytes(of: &bound) { bytes in
                bytes.baseAddress.map { memcmp($0, wanted, Int(wantedLength)) } ?? 1
            }
        } == 0
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
