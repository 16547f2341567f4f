import EventLoop
import JSON
import LocalHTTP
import LoopTesting
import Synchronization
import SystemCalls

/// A loyalty provider on loopback that counts: a point for each euro.
final class PointsProvider: Sendable {
    let port: UInt16
    /// `GET 77` and `POST T-1`, as they came.
    let requests = Journal<String>()
    private let thread: LoopThread
    private let state: State
    private let points: Mutex<[String: Int]>
    private let isTaking = Mutex(true)

    // @unchecked: touched on the loop's thread alone.
    private final class State: @unchecked Sendable {
        var server: LocalHTTPServer?
    }

    private struct NoAddress: Error {}

    init(_ points: [String: Int]) async throws {
        self.points = Mutex(points)
        let state = State()
        self.state = state
        thread = try LoopThread()
        let box = Box()
        port = try await thread { loop in
            guard let address = LoopbackAddress("127.0.0.1:0") else { throw NoAddress() }
            let server = try LocalHTTPServer(
                address: address, loop: loop, admit: { _ in nil },
                handle: { request, reply in reply.send(box.provider?.answer(request) ?? HTTPResponse(status: 500)) })
            state.server = server
            return server.port
        }
        box.provider = self
    }

    // @unchecked: set once, before the first request.
    private final class Box: @unchecked Sendable {
        weak var provider: PointsProvider?
    }

    deinit {
        thread.loop.post { [state] in
            state.server?.stop()
            state.server = nil
        }
    }

    /// Whether it takes purchases; else it says 500.
    func takes(_ isTaking: Bool) { self.isTaking.withLock { $0 = isTaking } }

    private func answer(_ request: HTTPRequest) -> HTTPResponse {
        if request.head.method == "POST" { return take(request.body) }
        let id = request.head.path.split(separator: "/").last.map { String($0) } ?? ""
        requests.append("GET \(id)")
        guard let points = points.withLock({ $0[id] }) else { return HTTPResponse(status: 404) }
        return HTTPResponse(
            status: 200,
            body: Array(
                "{\"MemberId\":\"\(id)\",\"DisplayText\":\"Hola Ana, tienes \(points) puntos\",\"Rewards\":[]}".utf8))
    }

    private func take(_ body: [UInt8]) -> HTTPResponse {
        let invoice = (try? JSONValue(parsing: body)) ?? .null
        requests.append("POST \(invoice["Serie"]?.string ?? "?")")
        guard isTaking.withLock({ $0 }) else { return HTTPResponse(status: 500) }
        let amount = invoice["Payments"]?.array?.first?["Amount"]?.integer ?? 0
        for item in invoice["InvoiceItems"]?.array ?? [] {
            guard let id = item["LoyaltyProgram"]?["MemberId"]?.string else { continue }
            points.withLock { $0[id, default: 0] += Int(amount) }
        }
        return HTTPResponse(status: 200, body: Array("{\"Status\":\"accepted\",\"PrinterText\":\"Gracias\"}".utf8))
    }
}
