import Glibc
import SystemCalls

/// The till: an HTTP client over TCP that sends what it is told, on one connection. Its calls wait, for a minute at most.
final class Client: Sendable {
    private let socket: Descriptor
    private let port: UInt16

    init(_ port: UInt16) throws(SystemError) {
        self.port = port
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        socket = Descriptor(owning: try systemCall("socket") { Glibc.socket(AF_INET, type, 0) })
        let number = socket.number
        var time = timeval(tv_sec: 60, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            try systemCall("setsockopt") {
                setsockopt(number, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
            }
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
    }

    /// Sends a request, with this server's Host unless a field says otherwise.
    func send(_ method: String, _ target: String, _ fields: [String] = [], _ body: [UInt8]? = nil) throws(SystemError) {
        var lines = ["\(method) \(target) HTTP/1.1"] + fields
        if !fields.contains(where: { $0.hasPrefix("Host:") }) { lines.append("Host: 127.0.0.1:\(port)") }
        if let body { lines.append("Content-Length: \(body.count)") }
        try send(lines.joined(separator: "\r\n") + "\r\n\r\n")
        if let body { try send(body) }
    }

    func send(_ text: String) throws(SystemError) { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = try systemCall("send") {
                rest.withUnsafeBytes { Glibc.send(socket.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            }
            rest = rest.dropFirst(count)
        }
    }

    /// The answer to what was sent last; nil if the connection ends instead.
    func answer() throws -> Answer? {
        var bytes: [UInt8] = []
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let place = Self.place(of: end, in: bytes) {
                var answer = Answer(
                    head: String(decoding: bytes[..<place], as: UTF8.self), body: Array(bytes[(place + end.count)...]))
                let length = answer.field("Content-Length").flatMap { Int($0) } ?? 0
                while answer.body.count < length {
                    guard let more = try receive() else { return nil }
                    answer.body += more
                }
                return answer
            }
            guard let more = try receive() else { return nil }
            bytes += more
        }
    }

    private func receive() throws(SystemError) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        do throws(SystemError) {
            let count = try systemCall("recv") { recv(socket.number, &buffer, buffer.count, 0) }
            return count > 0 ? Array(buffer[..<count]) : nil
        } catch {
            if error.errno == ECONNRESET { return nil }
            throw error
        }
    }

    private static func place(of end: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= end.count else { return nil }
        return (0...bytes.count - end.count).first { bytes[$0..<$0 + end.count].elementsEqual(end) }
    }
}
