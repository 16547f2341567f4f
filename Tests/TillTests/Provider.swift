import EventLoop
import Glibc
import LocalHTTP
import LoopTesting
import Synchronization
import SystemCalls

/// A loyalty provider on loopback, on a loop of its own, that does as it is told.
final class Provider: Sendable {
    /// What it does with an invoice.
    enum Way: Equatable, Sendable {
        case accept
        case reject(String)
        case say(Int, String, [String: String] = [:])
        /// It takes the invoice and says nothing.
        case hang
        /// It says nothing until it is told to go on, and accepts then.
        case hold
    }

    static let token = "provider-token-17"
    static let account = "shop-9"

    /// A loopback address that no other provider has: while this one is down, nobody else gets its port.
    let host: String
    let port: UInt16
    /// Every invoice that has arrived, in order, answered or not.
    let posted = Journal<Posted>()
    /// The target of each question about a member.
    let asked = Journal<String>()
    private let thread: LoopThread
    private let state: State
    private let way = Mutex(Way.accept)
    private let ways = Mutex<[String: Way]>([:])
    private let members = Mutex<[String: (status: Int, body: String)]>([:])

    // @unchecked: touched on the loop's thread alone.
    private final class State: @unchecked Sendable {
        var server: LocalHTTPServer?
        var held: [() -> Void] = []
        var hanging: [HTTPReply] = []
    }

    struct NoAddress: Error {}

    private static let count = Atomic(0)

    /// Of this process, the next one.
    private static func nextHost() -> String {
        let number = count.add(1, ordering: .relaxed).newValue
        return "127.\(64 + getpid() % 128).\(number >> 8 & 255).\(number & 255)"
    }

    init() async throws {
        let state = State()
        self.state = state
        thread = try LoopThread()
        let host = Self.nextHost()
        self.host = host
        port = try await thread { loop in
            // Its port is kept for it: it is to be had again after it was down.
            guard let address = LoopbackAddress("\(host):0") else { throw NoAddress() }
            let server = try LocalHTTPServer(address: address, loop: loop, admit: { _ in nil }, handle: { _, _ in })
            defer { server.stop() }
            return server.port
        }
        try await goUp()
    }

    deinit {
        thread.loop.post { [state] in
            state.server?.stop()
            state.server = nil
            state.held = []
            state.hanging = []
        }
    }

    // MARK: What it is told

    /// What it does with invoices from now on.
    func invoices(_ way: Way) { self.way.withLock { $0 = way } }

    /// What it does with the invoice of one sale.
    func invoice(_ sale: String, _ way: Way?) { ways.withLock { $0[sale] = way } }

    func member(_ id: String, _ status: Int, _ body: String) { members.withLock { $0[id] = (status, body) } }

    /// Nobody listens from now on.
    func goDown() async throws {
        try await thread { [state] _ in
            state.server?.stop()
            state.server = nil
            state.held = []
            state.hanging = []
        }
    }

    func goUp() async throws {
        let (host, port) = (host, port)
        // Strongly: it goes when the server does.
        for attempt in 0..<2000 {
            do {
                return try await thread { [state, weak self] loop in
                    guard state.server == nil, let address = LoopbackAddress("\(host):\(port)") else { return }
                    state.server = try LocalHTTPServer(
                        address: address, loop: loop, admit: { _ in nil },
                        handle: { request, reply in self?.handle(request, reply) })
                }
            } catch  where attempt < 1999 {
                // The connections of before are still being closed.
                try await Task.sleep(for: .milliseconds(10))
            }
        }
    }

    /// Accepts what is held.
    func release() async throws {
        try await thread { [state] _ in
            let held = state.held
            state.held = []
            for one in held { one() }
        }
    }

    // MARK: What it says

    /// What it says of a sale that it takes; odd enough to see whether it stays as it is.
    static func acceptance(_ sale: String) -> String {
        "{ \"Status\":\"accepted\",\r\n \"PrinterText\": \"Gracias \\u00a1\(sale)! \u{1F389}\" }\n"
    }

    static func rejection(_ reason: String) -> String {
        "{\"status\" : \"REJECTED\", \"RejectReason\":\"\(reason)\"}"
    }

    private func handle(_ request: HTTPRequest, _ reply: HTTPReply) {
        if request.head.method == "POST" { return take(request, reply) }
        asked.append(request.head.path)
        let id = request.head.path.split(separator: "/").last.map { String($0) } ?? ""
        if id == "hanging" { return state.hanging.append(reply) }
        let answer = members.withLock { $0[id] } ?? (404, "{\"error\":\"no such member\"}")
        reply.send(HTTPResponse(status: answer.0, body: Array(answer.1.utf8)))
    }

    private func take(_ request: HTTPRequest, _ reply: HTTPReply) {
        let invoice = Posted(
            key: request.head.values("Idempotency-Key").joined(separator: ","), body: request.body,
            query: request.head.rawQuery ?? "")
        posted.append(invoice)
        let accept = {
            reply.send(HTTPResponse(status: 200, body: Array(Self.acceptance(invoice.sale).utf8)))
        }
        switch ways.withLock({ $0[invoice.sale] }) ?? way.withLock({ $0 }) {
        case .accept: accept()
        case .reject(let reason): reply.send(HTTPResponse(status: 200, body: Array(Self.rejection(reason).utf8)))
        case .say(let status, let body, let fields):
            reply.send(
                HTTPResponse(
                    status: status, headers: fields.map { ($0.key, $0.value) }, body: Array(body.utf8)))
        case .hang: state.hanging.append(reply)
        case .hold: state.held.append(accept)
        }
    }
}
