import CLinux
import Glibc
import Synchronization
import SystemCalls

/// A loyalty server that speaks the member endpoint's protocol on loopback, for the demo.
///
/// Written by hand, since an HTTP server's library would add 5 to 40 MB to the service that carries it along. It serves one
/// program on the same machine: a thread for each of a few connections, GET only, keep-alive, bounded requests.
public final class DemoEndpoint: Sendable {
    /// The port on 127.0.0.1.
    public let port: UInt16
    private let listener: Mutex<Descriptor?>
    private let connections = Atomic<Int>(0)

    /// What the demo's token must be, so that a wrong one is refused as the provider would.
    public static let token = "1|demoDemoDemoDemoDemoDemoDemoDemoDemoDemoDemoDemo"
    public static let account = "demo"

    private static let maximumConnections = 8
    private static let maximumRequest = 8192

    /// Begins to answer on a free port.
    public init() throws(SystemError) {
        let descriptor = Descriptor(
            owning: try systemCall("socket") {
                socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            })
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let number = descriptor.number
        try systemCall("bind") {
            withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(number, $0, length) }
            }
        }
        try systemCall("listen") { listen(number, 16) }
        try systemCall("getsockname") {
            withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(number, $0, &length) }
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        listener = Mutex(descriptor)
        try startThread(named: "demo-endpoint") { [self] in accept(number) }
    }

    /// Takes no more connections.
    public func stop() {
        listener.withLock { listener in
            // Wakes the thread that waits in accept(2); closing alone would not.
            if let number = listener?.number { shutdown(number, Int32(SHUT_RDWR)) }
            listener = nil
        }
    }

    private func accept(_ listener: Int32) {
        while let connection = try? systemCall("accept", { Glibc.accept(listener, nil, nil) }) {
            let descriptor = Descriptor(owning: connection)
            guard connections.load(ordering: .relaxed) < Self.maximumConnections else { continue }
            connections.add(1, ordering: .relaxed)
            let box = Mutex<Descriptor?>(descriptor)
            do {
                try startThread(named: "demo-client") { [self] in
                    if let descriptor = box.withLock({ $0.take() }) { serve(descriptor) }
                    connections.subtract(1, ordering: .relaxed)
                }
            } catch {
                connections.subtract(1, ordering: .relaxed)
            }
        }
    }

    private func serve(_ descriptor: consuming Descriptor) {
        var pending: [UInt8] = []
        let end = Array("\r\n\r\n".utf8)
        while true {
            guard let head = Self.index(of: end, in: pending) else {
                guard pending.count < Self.maximumRequest, let more = try? Self.receive(descriptor.number),
                    !more.isEmpty
                else { return }
                pending += more
                continue
            }
            let request = String(decoding: pending[..<head], as: UTF8.self)
            pending.removeFirst(head + end.count)
            let answer = DemoShop.answer(to: request)
            if answer.delayMilliseconds > 0 { usleep(UInt32(answer.delayMilliseconds) * 1000) }
            let text =
                "HTTP/1.1 \(answer.status)\r\nContent-Type: application/json; charset=utf-8\r\n"
                + "Content-Length: \(answer.body.utf8.count)\r\n\r\n\(answer.body)"
            guard (try? descriptor.writeAll(Array(text.utf8))) != nil else { return }
        }
    }

    private static func receive(_ number: Int32) throws(SystemError) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = try systemCall("read") { read(number, &buffer, buffer.count) }
        return Array(buffer.prefix(count))
    }

    private static func index(of end: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= end.count else { return nil }
        return (0...bytes.count - end.count).first { bytes[$0..<$0 + end.count].elementsEqual(end) }
    }
}
