import CLinux
import Glibc
import SystemCalls

/// Calls on Unix stream sockets that take an address.
enum UnixSocket {
    /// What `sun_path` holds beside its final zero.
    static let maximumPathLength = MemoryLayout<sockaddr_un>.size - MemoryLayout<sa_family_t>.size - 1

    /// A socket that does not block.
    static func make() throws(SystemError) -> Descriptor {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        return Descriptor(owning: try systemCall("socket") { socket(AF_UNIX, type, 0) })
    }

    static func bind(_ descriptor: borrowing Descriptor, to path: String) throws(SystemError) {
        let number = descriptor.number
        try systemCall("bind") { withAddress(path) { Glibc.bind(number, $0, $1) } }
    }

    static func connect(_ descriptor: borrowing Descriptor, to path: String) throws(SystemError) {
        let number = descriptor.number
        try systemCall("connect") { withAddress(path) { Glibc.connect(number, $0, $1) } }
    }

    /// The path that a socket is bound to; nil if it is none of the file system's.
    static func path(of descriptor: borrowing Descriptor) -> String? {
        let number = descriptor.number
        var address = sockaddr_un()
        var length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(number, $0, &length) }
        }
        guard result == 0, address.sun_family == sa_family_t(AF_UNIX) else { return nil }
        let bytes = withUnsafeBytes(of: address.sun_path) { Array($0.prefix { $0 != 0 }) }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(maximumPathLength)) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
