import EventLoop
import LocalHTTP
import Logging
import Purchases
import SystemCalls

/// What lives on the till's thread.
// @unchecked: made, and started, before that thread runs; after that `desk`, `server` and the rest are touched by work that is posted to its
// loop, and by the thread's own end.
final class TillParts: @unchecked Sendable {
    private let loop: EventLoop
    private let userAgent: String
    private let handlers: PurchaseHandlers
    private let logger: Logger
    private(set) var desk: PurchaseDesk?
    private(set) var server: TillServer?
    private var settings: TillSettings?
    private var listenFault: String?
    private var listenTimer: TimerID?
    private var tell: (PurchaseStatus) -> Void = { _ in }

    /// A port that cannot be had is tried again so often.
    private static let listenMilliseconds = 5000

    init(loop: EventLoop, userAgent: String, handlers: PurchaseHandlers, logger: Logger) {
        self.loop = loop
        self.userAgent = userAgent
        self.handlers = handlers
        self.logger = logger
    }

    func start(_ settings: PurchaseSettings, _ socket: HandedSocket?, onChange: @escaping (PurchaseStatus) -> Void)
        throws
    {
        tell = onChange
        self.settings = settings.till
        desk = try PurchaseDesk(
            settings, loop: loop, userAgent: userAgent, handlers: handlers, logger: logger
        ) { [weak self] status in self?.changed(status) }
        listen(socket)
    }

    func replace(_ new: PurchaseSettings) {
        do {
            try desk?.replace(new)
        } catch {
            return logger.error("purchases go on with the earlier settings: \(error)")
        }
        guard new.till != settings else { return }
        settings = new.till
        server?.stop()
        server = nil
        if new.till == nil { handlers.keepSocket(nil) }
        listen()
    }

    /// Answers whoever waits. The answers go out in the loop's next turns.
    func answerWaiting() {
        desk?.stop()
        server?.answerWaiting()
    }

    func stop() {
        if let listenTimer { loop.cancel(listenTimer) }
        desk?.stop()
        server?.stop()
        desk?.close()
        (desk, server) = (nil, nil)
    }

    private func listen(_ socket: HandedSocket? = nil) {
        if let listenTimer { loop.cancel(listenTimer) }
        listenTimer = nil
        let earlierFault = listenFault
        listenFault = nil
        guard let settings, let desk else { return }
        do throws(SystemError) {
            let server = try TillServer(
                settings, socket: socket, loop: loop, handlers: handlers, logger: logger,
                queuedAnswer: { [weak desk] in desk?.queuedAnswer ?? [] },
                take: { [weak desk] purchase, completion in desk?.take(purchase, completion) })
            self.server = server
            if let copy = try server.socketCopy() { handlers.keepSocket(HandedSocket(copy)) }
            logger.info("the till's endpoint listens", metadata: ["address": "\(settings.listen.text)"])
        } catch {
            // Scanners go on, and the till's program says that nobody answers.
            listenFault = "\(settings.listen.text): \(error)"
            if listenFault != earlierFault {
                logger.error("the till's endpoint cannot listen, and tries again: \(settings.listen.text): \(error)")
            }
            listenTimer = loop.schedule(at: .now().adding(milliseconds: Self.listenMilliseconds)) { [weak self] in
                self?.listen()
            }
        }
        desk.settle()
    }

    private func changed(_ status: PurchaseStatus) {
        var status = status
        status.listening = server == nil ? nil : settings?.listen.text
        status.listenFault = listenFault
        if let statistics = server?.statistics {
            status.requests = Int(statistics.requests)
            status.refused = Int(statistics.refused)
        }
        tell(status)
    }
}
