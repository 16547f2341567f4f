import CLinux
import Glibc
import JSON
import SystemCalls
import Testing

/// A listener's end of a connection, with nothing of the client library in it.
final class TestClient {
    private(set) var number: Int32
    private var bytes: [UInt8] = []
    private var start = 0

    /// - Parameter greets: Whether to read the greeting.
    init(_ path: String, greets: Bool = true) throws {
        number = Self.makeSocket()
        try connect(path)
        if greets { try #require(readLine()?["type"] == "hello") }
    }

    /// A socket that is not connected yet.
    init() {
        number = Self.makeSocket()
    }

    deinit { close() }

    private static func makeSocket() -> Int32 {
        let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var patience = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        return number
    }

    func connect(_ path: String) throws {
        var address = unixAddress(path)
        try systemCall("connect") {
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }
    }

    func write(_ text: String) {
        write(bytes: Array(text.utf8))
    }

    func write(bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count <= 0 { return }
            sent += count
        }
    }

    /// Writes as long as the socket takes bytes at once.
    func writeUntilFull(_ text: String) {
        let bytes = Array(text.utf8)
        while send(number, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)) == bytes.count {}
    }

    func shutWriting() { shutdown(number, Int32(SHUT_WR)) }

    func close() {
        if number >= 0 { Glibc.close(number) }
        number = -1
    }

    /// The next line, or nil at the end; a line that was cut at the end is not one.
    func readLine() -> JSONValue? {
        readBytes().map { (try? JSONValue(parsing: $0)) ?? "no JSON" }
    }

    /// All lines until the end of the connection.
    func readToEnd() -> [JSONValue] {
        var lines: [JSONValue] = []
        while let line = readLine() { lines.append(line) }
        return lines
    }

    /// - Parameter step: Bytes to take at a time.
    func readBytes(step: Int = 65_536) -> [UInt8]? {
        while true {
            if let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                return Array(bytes[start..<end])
            }
            bytes.removeFirst(start)
            start = 0
            var buffer = [UInt8](repeating: 0, count: step)
            let count = recv(number, &buffer, step, 0)
            if count < 0 { #expect(errno == ECONNRESET) }
            if count <= 0 { return nil }
            bytes += buffer[..<count]
        }
    }

    func subscribe(_ parameters: String = "") {
        write("{\"id\":\"s\",\"method\":\"subscribe\",\"params\":{\(parameters)}}\n")
    }
}

func unixAddress(_ path: String) -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return address
}

/// A socket file with nobody behind it, or, with `listens`, with somebody who never accepts.
func bindSocket(_ path: String, listens: Bool) -> Int32 {
    let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = unixAddress(path)
    let result = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
    #expect(result == 0)
    if listens { listen(number, 8) }
    return number
}

extension JSONValue {
    var type: String? { self["type"]?.string }
    var code: String? { self["code"]?.string }
    var seq: Int64? { self["seq"]?.integer }
}
