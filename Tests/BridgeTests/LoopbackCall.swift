import Glibc
import SystemCalls

/// One request over TCP, and all that comes back until the connection ends. It waits for a minute at most.
enum LoopbackCall {
    static func answer(_ port: UInt16, _ request: String) throws(SystemError) -> [UInt8] {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let socket = Descriptor(owning: try systemCall("socket") { Glibc.socket(AF_INET, type, 0) })
        let number = socket.number
        var time = timeval(tv_sec: 60, tv_usec: 0)
        try systemCall("setsockopt") {
            setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        try systemCall("connect") {
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        try socket.writeAll(Array(request.utf8))
        return try socket.readAll(atMost: 1 << 20)
    }
}
