import Glibc
import SystemCalls

/// A TCP client that sends what it is told. Its calls wait, for 30 s at most.
final class TestClient {
    struct Answer: Equatable {
        var status: Int
        var head: String
        var body: String

        func value(_ name: String) -> String? {
            for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix(name.lowercased() + ": ") {
                return String(line.dropFirst(name.utf8.count + 2))
            }
            return nil
        }
    }

    private let socket: Descriptor
    private let host: String
    private var pending: [UInt8] = []

    init(_ port: UInt16) throws(SystemError) {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        socket = Descriptor(owning: try systemCall("socket") { Glibc.socket(AF_INET, type, 0) })
        host = "127.0.0.1:\(port)"
        let number = socket.number
        var time = timeval(tv_sec: 30, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            try systemCall("setsockopt") {
                setsockopt(number, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
            }
        }
        var yes: Int32 = 1
        setsockopt(number, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
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

    // MARK: Sending

    func send(_ bytes: [UInt8]) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = try systemCall("send") {
                rest.withUnsafeBytes { Glibc.send(socket.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            }
            rest = rest.dropFirst(count)
        }
    }

    /// Sends a text whose lines end in a line feed only; a carriage return is put in front of each.
    func send(_ text: String) throws(SystemError) {
        try send(Self.wire(text))
    }

    static func wire(_ text: String) -> [UInt8] {
        text.utf8.flatMap { $0 == UInt8(ascii: "\n") ? [UInt8(ascii: "\r"), $0] : [$0] }
    }

    /// A request's head with this server's Host, and its end.
    func head(_ line: String, _ fields: [String] = []) -> String {
        ([line + " HTTP/1.1", "Host: \(host)"] + fields).map { $0 + "\n" }.joined() + "\n"
    }

    func get(_ path: String, _ fields: [String] = []) throws -> Answer? {
        try send(head("GET \(path)", fields))
        return try answer()
    }

    func post(_ path: String, _ body: [UInt8], _ fields: [String] = []) throws -> Answer? {
        try send(Self.wire(head("POST \(path)", fields + ["Content-Length: \(body.count)"])) + body)
        return try answer()
    }

    // MARK: Receiving

    /// The next answer; nil if the connection ends instead, with a reset or without.
    func answer(toHEAD isToHEAD: Bool = false) throws -> Answer? {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let place = Self.place(of: end, in: pending) {
                let head = String(decoding: pending[..<place], as: UTF8.self)
                let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
                var answer = Answer(status: status, head: head, body: "")
                pending.removeFirst(place + end.count)
                let length = answer.value("Content-Length").flatMap { Int($0) } ?? 0
                guard !isToHEAD, status >= 200, status != 204 else { return answer }
                while pending.count < length {
                    guard try receive() else { return nil }
                }
                answer.body = String(decoding: pending[..<length], as: UTF8.self)
                pending.removeFirst(length)
                return answer
            }
            guard try receive() else { return nil }
        }
    }

    /// Waits for the connection's end.
    ///
    /// - Returns: Whether nothing more has come before it.
    func isAtEnd() throws -> Bool {
        while try receive() {}
        return pending.isEmpty
    }

    private func receive() throws(SystemError) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        do throws(SystemError) {
            let count = try systemCall("recv") { recv(socket.number, &buffer, buffer.count, 0) }
            pending += buffer[..<count]
            return count > 0
        } catch {
            if error.errno == ECONNRESET { return false }
            throw error
        }
    }

    private static func place(of end: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= end.count else { return nil }
        return (0...bytes.count - end.count).first { bytes[$0..<$0 + end.count].elementsEqual(end) }
    }

    // MARK: Closing

    /// Sends the end, and goes on receiving.
    func endSending() {
        shutdown(socket.number, Int32(SHUT_WR))
    }

    /// Makes the close, when this value goes, a reset.
    func resetAtClose() {
        var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket.number, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
    }
}
