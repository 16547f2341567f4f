import EventLoop
import Glibc
import LocalHTTP
import Synchronization
import SystemCalls

/// A loyalty server that speaks the member endpoint's protocol on loopback, for the demo, on a thread of its own.
public final class DemoEndpoint: Sendable {
    /// The port on 127.0.0.1.
    public let port: UInt16
    private let loop: EventLoop
    private let shop: Shop

    /// The shop, which two threads use.
    private final class Shop: Sendable {
        let state = Mutex(DemoShop())
    }

    /// What the demo's token must be, so that a wrong one is refused as the provider would.
    public static let token = "1|demoDemoDemoDemoDemoDemoDemoDemoDemoDemoDemoDemo"
    public static let account = "demo"

    /// Begins to answer on a free port.
    public init() throws(SystemError) {
        guard let address = LoopbackAddress("127.0.0.1:0") else { throw SystemError(call: "bind", errno: EINVAL) }
        let loop = try EventLoop()
        let shop = Shop()
        let server = try LocalHTTPServer(
            address: address, loop: loop, admit: { _ in nil },
            handle: { request, reply in
                let answer = shop.state.withLock { $0.answer(to: request) }
                let send = { reply.send(HTTPResponse(status: answer.status, body: Array(answer.body.utf8))) }
                if answer.delayMilliseconds == 0 { return send() }
                loop.schedule(at: MonotonicTime.now().adding(milliseconds: answer.delayMilliseconds), send)
            })
        self.loop = loop
        self.shop = shop
        port = server.port
        // The server is the loop's thread's from here on.
        let box = Mutex(server)
        try startThread(named: "demo-endpoint") {
            do {
                try loop.run()
            } catch {
                // Then nobody answers any more, and a lookup tells of that.
            }
            box.withLock { $0.stop() }
        }
    }

    /// Takes the provider out of order, or puts it right.
    public func setDown(_ isDown: Bool) { shop.state.withLock { $0.isDown = isDown } }

    /// Ends all connections, and takes no more.
    public func stop() {
        loop.stop()
    }
}
