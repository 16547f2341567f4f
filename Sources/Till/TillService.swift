import CLinux
import EventLoop
import Glibc
import LocalHTTP
import Logging
import Loyalty
import Outbox
import Purchases
import Synchronization
import SystemCalls

/// Purchases, and the till's endpoint, on a thread of their own: nothing of it, disk, network or a long invoice, ever keeps a scanner waiting.
///
/// May be used from any thread. ``stop()`` must be called in the end.
public final class TillService: Sendable {
    let loop: EventLoop
    let parts: TillParts
    private let statusNow = Mutex(PurchaseStatus())
    private let ended: Descriptor

    private static let stopMilliseconds: Int32 = 3000
    private static let farewellMilliseconds = 50

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - userAgent: What requests say of this program, for example `scanbridge/0.1.0`.
    ///   - socket: The till's listening socket of an earlier process.
    /// - Throws: `SettingFault` for settings that cannot be used, `SystemError` if the system gives no thread or no descriptor.
    public init(
        _ settings: PurchaseSettings, userAgent: String, socket: HandedSocket? = nil, handlers: PurchaseHandlers,
        logger: Logger
    ) throws {
        loop = try EventLoop()
        ended = Descriptor(owning: try systemCall("eventfd") { eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)) })
        parts = TillParts(loop: loop, userAgent: userAgent, handlers: handlers, logger: logger)
        try parts.start(settings, socket) { [weak self] status in
            guard let self else { return }
            let isOther = statusNow.withLock { old in
                defer { old = status }
                return old.concern != status.concern
            }
            if isOther { handlers.concernChanged() }
        }
        do {
            try startThread(named: "till") { [loop, parts] in
                loop.adoptCurrentThread()
                do throws(SystemError) {
                    try loop.run()
                    parts.answerWaiting()
                    // The answers are on their way before the connections are closed.
                    loop.schedule(at: .now().adding(milliseconds: Self.farewellMilliseconds)) { loop.stop() }
                    try loop.run()
                } catch {
                    logger.error("the till's thread ends: \(error)")
                }
                parts.stop()
                self.hasEnded()
            }
        } catch {
            parts.stop()
            throw error
        }
    }

    /// How purchases are doing.
    public var status: PurchaseStatus { statusNow.withLock(\.self) }

    /// Takes a purchase. The completion is called once, on the till's thread, within the configured time; it has the reply and what the sale is
    /// called.
    ///
    /// - Parameter make: Makes the purchase, on the till's thread: reading an invoice takes its time.
    public func take(
        _ make: @escaping @Sendable () throws(InvoiceFault) -> NewPurchase,
        _ completion: @escaping @Sendable (Result<(reply: PurchaseReply, sale: String), InvoiceFault>) -> Void
    ) {
        loop.post { [parts] in
            do throws(InvoiceFault) {
                let purchase = try make()
                guard let desk = parts.desk else {
                    return completion(.success((.notTaken(status: 503, detail: "stopping"), purchase.sale)))
                }
                desk.take(purchase) { completion(.success(($0, purchase.sale))) }
            } catch {
                completion(.failure(error))
            }
        }
    }

    /// Reads a page of what is stored, with the invoices if they are wanted. The completion is called once, on another thread.
    public func list(
        _ filter: PurchaseFilter, after id: Int64, limit: Int, withInvoices: Bool,
        _ completion: @escaping @Sendable (Result<[ListedPurchase], OutboxError>) -> Void
    ) {
        loop.post { [parts] in
            parts.desk?.outbox.call(
                { store throws(OutboxError) in
                    try ListedPurchase.page(of: store, filter, after: id, limit: limit, withInvoices: withInvoices)
                }, completion: completion)
        }
    }

    /// Sends a failed purchase again; the completion has whether there was such a one.
    public func resend(_ id: Int64, _ completion: @escaping @Sendable (Result<Bool, OutboxError>) -> Void) {
        loop.post { [parts] in parts.desk?.resend(id, completion) }
    }

    /// Gives a purchase up; the completion has whether there was such a one that is not being sent this moment.
    public func discard(_ id: Int64, _ completion: @escaping @Sendable (Bool) -> Void) {
        loop.post { [parts] in parts.desk?.discard(id, completion) }
    }

    /// The provider has answered a question about a member: if purchases wait for it, they need not any longer.
    public func endpointAnswered() {
        guard statusNow.withLock({ $0.isFailing ?? false && $0.queued > 0 }) else { return }
        loop.post { [parts] in
            guard let desk = parts.desk else { return }
            desk.carryOut(desk.machine.endpointAnswered(now: .now()))
        }
    }

    /// Uses other settings; what cannot be used is logged, and the earlier ones stay. The outbox's are used after a restart.
    public func replace(_ settings: PurchaseSettings) {
        loop.post { [parts] in parts.replace(settings) }
    }

    /// Answers whoever waits, closes the till's endpoint and the outbox, and ends the thread. Waits up to three seconds for it: a disk that
    /// hangs must not keep the service.
    public func stop() {
        loop.stop()
        var wait = pollfd(fd: ended.number, events: Int16(POLLIN), revents: 0)
        _ = try? systemCall("poll") { poll(&wait, 1, Self.stopMilliseconds) }
    }

    private func hasEnded() {
        var one: UInt64 = 1
        _ = write(ended.number, &one, MemoryLayout<UInt64>.size)
    }
}
