import Glibc
import JSON
import SystemCalls
import Testing

/// The misbehaving endpoint of `Fixtures/endpoint.py`, in a process of its own.
final class EndpointServer {
    let port: Int
    private let process: ChildProcess

    init(certificate: Certificates.Pair? = nil) throws {
        let script = "\(#filePath)".split(separator: "/").dropLast().joined(separator: "/")
        let tls = certificate.map { ["--tls", $0.certificate, $0.key] } ?? []
        process = try ChildProcess(["/usr/bin/python3", "/\(script)/Fixtures/endpoint.py"] + tls)
        let line = try process.readLine()
        port = try #require(Int(line), "the endpoint did not start")
    }

    func url(scheme: String = "http", place: String = "member") -> String {
        "\(scheme)://127.0.0.1:\(port)/\(place)/{member_id}?_token={token}&ow_account={account}"
    }

    /// The address that purchases are posted to, which says how it misbehaves.
    func purchaseURL(_ kind: String, scheme: String = "http") -> String {
        "\(scheme)://127.0.0.1:\(port)/purchase/\(kind)?_token={token}&ow_account={account}"
    }

    /// What has been seen since the last call.
    func stats() throws -> Stats {
        let socket = Descriptor(owning: try systemCall("socket") { Glibc.socket(AF_INET, streamSocket, 0) })
        try connectToLoopback(socket, port)
        try socket.writeAll(Array("GET /stats/ HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = try buffer.withUnsafeMutableBytes { try socket.read(into: $0) }
            if count == 0 { break }
            answer += buffer[..<count]
        }
        let text = String(decoding: answer, as: UTF8.self)
        let body = try #require(text.firstRange(of: "\r\n\r\n")).upperBound
        return Stats(value: try JSONValue(parsing: Array(text[body...].utf8)))
    }

    private func connectToLoopback(_ socket: borrowing Descriptor, _ port: Int) throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let number = socket.number
        try systemCall("connect") {
            withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
    }

    struct Stats {
        let value: JSONValue

        /// Without the connection that asked.
        var connections: Int { Int(value["connections"]?.integer ?? 0) - 1 }
        var requests: Int { Int(value["requests"]?.integer ?? -1) }
        var elsewhere: Int { Int(value["elsewhere"]?.integer ?? -1) }
        var ids: [String] { (value["ids"]?.array ?? []).compactMap(\.string) }
        var queries: [String] { (value["queries"]?.array ?? []).compactMap(\.string) }
        var methods: [String] { (value["methods"]?.array ?? []).compactMap(\.string) }
        var bodies: [[UInt8]] {
            (value["bodies"]?.array ?? []).compactMap(\.string).map {
                $0.unicodeScalars.map { UInt8(clamping: $0.value) }
            }
        }
        var headers: [[String: JSONValue]] { (value["headers"]?.array ?? []).compactMap(\.object) }
    }
}
