import EventLoop
import Logging
import Loyalty
import Outbox
import Purchases
import SystemCalls

/// Takes purchases, has them stored, and hands them to the provider in their turn: the machine's hands. Belongs to the till's loop.
///
/// The order of things is what makes "acknowledged" mean something: a purchase is written down before it is sent, whoever has handed it in is
/// answered after that, and an end is told to listeners when it is written down too.
final class PurchaseDesk {
    typealias Completion = (PurchaseReply) -> Void

    /// What is known of a purchase that is not over.
    struct Open {
        let facts: PurchaseFacts
        let key: SaleKey
        let receivedAt: WallTime
        /// The invoice of one that was just stored, so that it need not be read from the disk.
        var body: [UInt8]?
    }

    /// Somebody who waits for an answer.
    struct Waiter {
        let completion: Completion
        var id: Int64?
        /// Whether the provider is being asked, since it could not be stored.
        var isPassedThrough = false
    }

    /// What was stored while earlier purchases, which go first, are still being read.
    struct Early {
        let entry: SubmissionEntry
        let ticket: SubmissionMachine.Ticket
        let deadline: MonotonicTime
    }

    let loop: EventLoop
    let logger: Logger
    let mailbox: DeskMailbox
    let outbox: OutboxThread
    private let handlers: PurchaseHandlers
    let onChange: (PurchaseStatus) -> Void
    private var settings: PurchaseSettings
    var machine: SubmissionMachine
    private var sender: InvoiceSender?
    var open: [Int64: Open] = [:]
    var waiters: [SubmissionMachine.Ticket: Waiter] = [:]
    private var lastTicket: SubmissionMachine.Ticket = 0
    /// What each request to the provider is for.
    var attempts: [UInt64: (InvoiceSender.End) -> Void] = [:]
    private var lastAttempt: UInt64 = 0
    private var timer: (id: TimerID, time: MonotonicTime)?
    var houseTimer: TimerID?
    var early: [Early]? = []
    /// Whether what is stored is being read.
    var isLoading = false
    /// Ends that the disk has not taken.
    var unrecorded: [PurchaseRecord] = []
    var retryTimer: TimerID?
    /// Whether what the provider had asked an earlier run for is known, or does not matter any more.
    var isSilenceRead = false
    private var isStopped = false
    var status = PurchaseStatus()

    /// - Parameter onChange: Told how purchases are doing, whenever that may have changed.
    init(
        _ settings: PurchaseSettings, loop: EventLoop, userAgent: String, handlers: PurchaseHandlers, logger: Logger,
        onChange: @escaping (PurchaseStatus) -> Void
    ) throws {
        self.settings = settings
        self.loop = loop
        self.handlers = handlers
        self.logger = logger
        self.onChange = onChange
        queuedAnswer = SubmissionAnswer.acceptance(settings.answers.queuedText)
        machine = SubmissionMachine(seed: UInt64.random(in: 0 ... .max))
        let mailbox = DeskMailbox(loop)
        self.mailbox = mailbox
        outbox = try OutboxThread(settings: settings.outbox) { result in mailbox.post { $0.opened(result) } }
        mailbox.desk = self
        sender = try InvoiceSender(settings: settings.endpoint, loop: loop, userAgent: userAgent) {
            [weak self] attempt, end in self?.attempts.removeValue(forKey: attempt)?(end)
        }
    }

    /// What is printed for a purchase that is sent later.
    var queuedText: String { settings.answers.queuedText }
    /// The same as the provider would say it.
    private(set) var queuedAnswer: [UInt8]

    /// Tells the provider's address and its token from others; nil while there is none.
    var endpointDigest: String? { settings.endpoint.purchaseAddress().map { EndpointSilence.endpoint($0) } }

    /// Uses other settings from now on, but for the outbox's, and tries at once what waits.
    func replace(_ new: PurchaseSettings) throws {
        if new.endpoint != settings.endpoint { try sender?.replace(settings: new.endpoint) }
        settings = new
        queuedAnswer = SubmissionAnswer.acceptance(new.answers.queuedText)
        isSilenceRead = true
        carryOut(machine.settingsChanged(now: .now()))
    }

    /// Answers whoever waits, and ends the requests. What was not sent is there at the next start.
    func stop() {
        guard !isStopped else { return }
        isStopped = true
        carryOut(machine.stopped())
        sender?.stop()
        sender = nil
        for timer in [timer?.id, houseTimer, retryTimer].compactMap(\.self) { loop.cancel(timer) }
        (timer, houseTimer, retryTimer) = (nil, nil, nil)
        for waiter in waiters.values {
            waiter.completion(waiter.id.map { .queued($0) } ?? .notTaken(status: 503, detail: "stopping"))
        }
        waiters = [:]
    }

    /// Closes the outbox, when it is stopped: a disk that hangs is waited for, and nobody's answer behind it.
    func close() {
        if !outbox.stop() { logger.error("the outbox's disk does not answer; left as it is") }
    }

    // MARK: Taking purchases

    /// Takes a purchase. The completion is called once, within the configured time.
    func take(_ purchase: NewPurchase, _ completion: @escaping Completion) {
        guard !isStopped else { return completion(.notTaken(status: 503, detail: "stopping")) }
        let deadline = MonotonicTime.now().adding(milliseconds: settings.answers.answerMilliseconds)
        lastTicket += 1
        let ticket = lastTicket
        waiters[ticket] = Waiter(completion: completion)
        outbox.insert(purchase) { [mailbox] result in
            mailbox.post { $0.inserted(result, purchase, ticket, deadline) }
        }
        // A disk that hangs must not keep the till.
        loop.schedule(at: deadline) { [weak self] in self?.isLate(ticket) }
    }

    private func inserted(
        _ result: Result<InsertResult, OutboxError>, _ purchase: NewPurchase, _ ticket: SubmissionMachine.Ticket,
        _ deadline: MonotonicTime
    ) {
        switch result {
        case .success(.stored(let id)):
            status.stored += 1
            noteOutbox(nil)
            waiters[ticket]?.id = id
            open[id] = Open(
                facts: PurchaseFacts(purchase), key: purchase.key, receivedAt: purchase.receivedAt, body: purchase.body)
            let entry = SubmissionEntry(
                id: id, isRefund: purchase.isRefund, members: purchase.members, globalIDs: purchase.globalIDs)
            if early != nil {
                early?.append(Early(entry: entry, ticket: ticket, deadline: deadline))
            } else {
                carryOut(machine.stored(entry, waiter: ticket, deadline: deadline, now: .now()))
            }
        case .success(.duplicate(let stored)):
            status.repeated += 1
            noteOutbox(nil)
            onChange(status)
            repeated(stored, ticket, deadline)
        case .success(.full(let limit)):
            noteOutbox(OutboxTrouble(full: limit))
            passThrough(purchase, ticket, deadline)
        case .failure(let error):
            noteOutbox(OutboxTrouble(error))
            passThrough(purchase, ticket, deadline)
        }
    }

    /// The disk has not said anything by the time that the till waits: nothing is known, and the till is to send it again.
    private func isLate(_ ticket: SubmissionMachine.Ticket) {
        guard let waiter = waiters[ticket] else { return }
        if let id = waiter.id { return answer(ticket, .queued(id)) }
        status.notTaken += 1
        // What cannot be stored is known already, and it is the provider who is slow.
        if !waiter.isPassedThrough { noteOutbox(.slow) }
        onChange(status)
        answer(ticket, .notTaken(status: 503, detail: waiter.isPassedThrough ? "timeout" : "not_stored"))
    }

    /// A sale that was sent before gets the answer of that one.
    private func repeated(_ stored: StoredPurchase, _ ticket: SubmissionMachine.Ticket, _ deadline: MonotonicTime) {
        waiters[ticket]?.id = stored.id
        if let first = early?.first(where: { $0.entry.id == stored.id }) {
            early?.append(Early(entry: first.entry, ticket: ticket, deadline: deadline))
            return
        }
        if let actions = machine.joined(stored.id, waiter: ticket, deadline: deadline, now: .now()) {
            return carryOut(actions)
        }
        switch stored.state {
        case .queued: answer(ticket, .queued(stored.id))
        case .accepted: answer(ticket, stored.answer.map { .provider($0, id: stored.id) } ?? .queued(stored.id))
        case .rejected, .failed, .discarded:
            let reason = "the loyalty provider has refused this sale (\(stored.detail ?? "unknown"))"
            answer(ticket, .provider(stored.answer ?? SubmissionAnswer.rejection(reason), id: stored.id))
        }
    }

    // MARK: For the parts

    func answer(_ ticket: SubmissionMachine.Ticket, _ reply: PurchaseReply) {
        waiters.removeValue(forKey: ticket)?.completion(reply)
    }

    func purchase(of ticket: SubmissionMachine.Ticket) -> Int64 { waiters[ticket]?.id ?? 0 }

    /// Posts an invoice; `onEnd` is called once, unless the service stops.
    func post(_ body: [UInt8], _ key: SaleKey, _ timeout: Int, onEnd: @escaping (InvoiceSender.End) -> Void) {
        lastAttempt += 1
        attempts[lastAttempt] = onEnd
        sender?.send(lastAttempt, body, key: key.text, timeoutMilliseconds: timeout)
    }

    /// Sees to it that the machine is woken in time, and tells how purchases are doing.
    func settle() {
        let wake = machine.wakeAt
        if timer?.time != wake {
            if let timer { loop.cancel(timer.id) }
            timer = wake.map { time in
                let id = loop.schedule(at: time) { [weak self] in
                    guard let self else { return }
                    timer = nil
                    carryOut(machine.timePassed(now: .now()))
                }
                return (id, time)
            }
        }
        status.queued = machine.unsettledCount
        status.failed = machine.deadCount
        status.oldestQueuedAt = machine.oldest.flatMap { open[$0]?.receivedAt }
        onChange(status)
    }

    /// Notes what keeps purchases from being stored; nil if nothing does. All is well only when it is known what there is.
    func noteOutbox(_ trouble: OutboxTrouble?) {
        if trouble == nil, early != nil { return }
        let state = trouble?.code ?? "ok"
        guard state != status.outbox || trouble?.advice != status.advice else { return }
        if state != status.outbox, let trouble {
            logger.error("purchases cannot be stored: \(trouble.advice)", metadata: ["code": "\(trouble.code)"])
        } else if trouble == nil, status.outbox != "ok", status.outbox != "closed" {
            logger.notice("purchases can be stored again")
        }
        status.outbox = state
        status.advice = trouble?.advice
        onChange(status)
    }

    func membersChange(_ facts: PurchaseFacts) { handlers.membersChanged(facts.members) }

    func tell(
        _ status: PurchaseNews.Status, _ id: Int64?, _ facts: PurchaseFacts, _ answer: [UInt8]?, reason: String? = nil
    ) {
        handlers.tell(
            PurchaseNews(
                status: status, id: id, facts: facts, printerText: answer.flatMap(SubmissionAnswer.printerText),
                reason: answer.flatMap(SubmissionAnswer.rejectReason) ?? reason))
    }

    func tellQueued(_ id: Int64, _ facts: PurchaseFacts) {
        handlers.tell(PurchaseNews(status: .queued, id: id, facts: facts, printerText: queuedText))
    }
}
