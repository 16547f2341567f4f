import EventLoop
import LocalHTTP
import LoopTesting
import SystemCalls

/// A server on a loop of its own, which answers by the request's path.
final class TestServer: Sendable {
    let thread: LoopThread
    let port: UInt16
    /// What was admitted and handled, in its order, for example `handle /echo`.
    let journal = Journal<String>()
    private let state: State

    static let bigBody = [UInt8](repeating: UInt8(ascii: "b"), count: 16 << 20)

    // @unchecked: touched on the loop's thread alone.
    final class State: @unchecked Sendable {
        var server: LocalHTTPServer?
        var held: [HTTPReply] = []
    }

    private struct NoServer: Error {}

    init(
        at text: String = "127.0.0.1:0", _ change: @escaping @Sendable (inout LocalHTTPLimits) -> Void = { _ in }
    ) async throws {
        guard let address = LoopbackAddress(text) else { throw NoServer() }
        let state = State()
        let journal = journal
        thread = try LoopThread()
        self.state = state
        port = try await thread { loop in
            var limits = LocalHTTPLimits()
            // So that no test ends in one of them by being slow; those that are about them set their own.
            limits.requestMilliseconds = 600_000
            limits.idleMilliseconds = 600_000
            limits.writeMilliseconds = 600_000
            change(&limits)
            let server = try LocalHTTPServer(
                address: address, loop: loop, limits: limits,
                admit: { head in
                    journal.append("admit \(head.path)")
                    return head.path == "/forbidden" ? HTTPResponse(status: 401, body: Array("{}".utf8)) : nil
                },
                handle: { request, reply in
                    journal.append("handle \(request.head.path)")
                    Self.answer(request, reply, state, loop)
                })
            state.server = server
            return server.port
        }
    }

    deinit {
        // The loop's thread does this before it stops.
        thread.loop.post { [state] in
            state.server?.stop()
            state.server = nil
            state.held = []
        }
    }

    private static func answer(_ request: HTTPRequest, _ reply: HTTPReply, _ state: State, _ loop: EventLoop) {
        let echo = HTTPResponse(status: 200, headers: [("X-Method", request.head.method)], body: request.body)
        switch request.head.path {
        case "/late":
            loop.schedule(at: MonotonicTime.now().adding(milliseconds: 5)) { reply.send(echo) }
        case "/hold": state.held.append(reply)
        case "/dropped": break
        case "/twice":
            reply.send(HTTPResponse(status: 200, body: Array("first".utf8)))
            reply.send(HTTPResponse(status: 500, body: Array("second".utf8)))
        case "/big": reply.send(HTTPResponse(status: 200, contentType: "text/plain", body: bigBody))
        case "/empty": reply.send(HTTPResponse(status: 204))
        case "/target":
            let text = "\(request.head.path) \(request.head.rawQuery ?? "-")"
            reply.send(HTTPResponse(status: 200, contentType: "text/plain", body: Array(text.utf8)))
        case "/odd":
            reply.send(HTTPResponse(status: 17, headers: [("X-Split", "a\r\nSet-Cookie: b"), ("X-Plain", "c")]))
        case "/stop":
            state.server?.stop()
            reply.send(echo)
        default: reply.send(echo)
        }
    }

    func statistics() async throws -> LocalHTTPStatistics {
        try await thread { [state] _ in state.server?.statistics ?? LocalHTTPStatistics() }
    }

    /// Waits until the server's numbers are as wanted.
    func wait(until isWanted: (LocalHTTPStatistics) -> Bool) async throws -> LocalHTTPStatistics {
        for _ in 0..<5000 {
            let statistics = try await statistics()
            if isWanted(statistics) { return statistics }
            try await Task.sleep(for: .milliseconds(2))
        }
        return try await statistics()
    }

    /// Answers what `/hold` has kept, from the loop's thread.
    func release(_ body: String = "held") async throws {
        try await thread { [state] _ in
            for reply in state.held { reply.send(HTTPResponse(status: 200, body: Array(body.utf8))) }
            state.held = []
        }
    }

    /// Whether the clients of what `/hold` has kept are gone.
    func heldAreGone() async throws -> [Bool] {
        try await thread { [state] _ in state.held.map(\.isClientGone) }
    }

    func stop() async throws {
        try await thread { [state] _ in state.server?.stop() }
    }
}
