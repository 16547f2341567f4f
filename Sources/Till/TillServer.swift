import EventLoop
import JSON
import LocalHTTP
import Logging
import Loyalty
import Purchases
import SystemCalls

/// The till's endpoint: the provider's two addresses on loopback. Belongs to the till's loop.
final class TillServer {
    private let settings: TillSettings
    private let loop: EventLoop
    private let handlers: PurchaseHandlers
    private let logger: Logger
    private let take: (NewPurchase, @escaping (PurchaseReply) -> Void) -> Void
    private let queuedAnswer: () -> [UInt8]
    private var token: TillToken
    private var server: LocalHTTPServer?
    private var lastFault: TokenFault?
    /// Who waits for a member; those that are answered go with the next one.
    private var waiting: [WaitingReply] = []

    /// Begins to listen.
    ///
    /// - Parameters:
    ///   - socket: One that listens already.
    ///   - queuedAnswer: What the till is told of a purchase that is sent later.
    ///   - take: Takes a purchase; its completion is called once, on the loop's thread.
    init(
        _ settings: TillSettings, socket: HandedSocket?, loop: EventLoop, handlers: PurchaseHandlers, logger: Logger,
        queuedAnswer: @escaping () -> [UInt8],
        take: @escaping (NewPurchase, @escaping (PurchaseReply) -> Void) -> Void
    ) throws(SystemError) {
        self.settings = settings
        self.loop = loop
        self.handlers = handlers
        self.logger = logger
        self.take = take
        self.queuedAnswer = queuedAnswer
        token = TillToken(path: settings.tokenFile)
        server = try LocalHTTPServer(
            address: settings.listen, handed: socket?.take(), loop: loop,
            admit: { [weak self] in self?.refusal(of: $0) },
            handle: { [weak self] in self?.handle($0, $1) })
    }

    var port: UInt16 { server?.port ?? 0 }

    /// Another descriptor of the listening socket.
    func socketCopy() throws(SystemError) -> Descriptor? { try server?.socketCopy() }

    var statistics: LocalHTTPStatistics { server?.statistics ?? LocalHTTPStatistics() }

    /// Tells whoever still waits that the service is going down.
    func answerWaiting() {
        let answer = LookupAnswer(outcome: .unavailable(.stopped), lookupMilliseconds: 0, source: .live)
        for one in waiting { one.sendNow(HTTPResponse(answer)) }
        waiting = []
    }

    func stop() {
        server?.stop()
        server = nil
    }

    // MARK: What comes

    /// Looks at a request before any of its body is read.
    private func refusal(of head: HTTPHead) -> HTTPResponse? {
        switch request(head) {
        case .success: nil
        case .failure(let refusal): HTTPResponse(refusal)
        }
    }

    private func request(_ head: HTTPHead) -> Result<TillRequest, TillRequest.Refusal> {
        let known: [UInt8]
        do throws(TokenFault) {
            known = try token.read()
            lastFault = nil
        } catch {
            if error != lastFault { logger.error("the till's endpoint has no token: \(error)") }
            lastFault = error
            return .failure(
                TillRequest.Refusal(503, "no_token", "The till's token cannot be read: scanbridge check says why."))
        }
        return Result { () throws(TillRequest.Refusal) in try TillRequest(head, token: known) }
    }

    private func handle(_ request: HTTPRequest, _ reply: HTTPReply) {
        // The token was seen to be right before the body was read, by ``refusal(of:)``.
        do throws(TillRequest.Refusal) {
            switch try TillRequest(admitted: request.head) {
            case .member(let id): lookUp(id, reply)
            case .invoice: takeInvoice(request.body, reply)
            }
        } catch {
            reply.send(HTTPResponse(error))
        }
    }

    private func lookUp(_ id: String, _ reply: HTTPReply) {
        let one = WaitingReply(reply, loop: loop)
        waiting.removeAll { $0.isGiven }
        waiting.append(one)
        handlers.lookUp(id) { answer in one.send { HTTPResponse(answer) } }
    }

    private func takeInvoice(_ body: [UInt8], _ reply: HTTPReply) {
        do throws(InvoiceFault) {
            let purchase = try Invoice(parsing: body).purchase(body, receivedAt: .now())
            take(purchase) { [queuedAnswer] in reply.send(HTTPResponse($0, queuedAnswer: queuedAnswer())) }
        } catch {
            reply.send(HTTPResponse(status: 400, code: error.code.rawValue, message: error.message))
        }
    }
}
