import Configuration
import EventLoop
import Glibc
import JSON
import Keyboard
import Keystrokes
import ListenerProtocol
import ListenerSocket
import Logging
import Loyalty
import PassThrough
import Routing
import Scanners
import SystemCalls
import Till

/// The whole service: scanners on one side, listeners and the member endpoint on the other.
///
/// An actor whose executor is the event loop. Everything between a key and the write to a listener happens in one call on the
/// loop's thread: no hop, no `await`, no disk and no HTTP. Lookups have a thread of their own, and their answers come back
/// through the loop. `serve` and `demo` are this same composition with other scanners.
public actor Bridge {
    /// Makes the source of scanners, on the loop's thread.
    public typealias MakeScanners = (EventLoop, ScannerSelection, [String: Layout]) -> any ScannerSource
    /// Makes the keyboard at the till and who types on it, on the loop's thread; the last argument is told when it takes nothing
    /// any more.
    public typealias MakeTypist = @Sendable (EventLoop, @escaping (SystemError) -> Void) throws(SystemError) -> Typist

    nonisolated let loop: EventLoop
    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    let identity: BridgeIdentity
    let logger: Logger
    var configuration: Configuration
    var parts: Parts?
    private var counters = BridgeCounters()
    /// Scans of this instance.
    private var scanNumber: Int64
    private var nextScanID: String
    private let earlier: JournalRecord?
    private var onStatus: (String) -> Void = { _ in }
    var layouts: [String: Layout] = [:]
    private var gates: [String: FlowGate] = [:]
    private var lastSummary: StatusSummary?
    let makeTypist: MakeTypist
    var keyboardTimer: TimerID?
    var balances = BalanceBook()
    var refreshes = BalanceRefreshes()
    var tillKeeper: (any DescriptorKeeper)?
    var lastKeyboardError: SystemError?

    /// What exists while the service runs.
    struct Parts {
        let scanners: any ScannerSource
        let listeners: ListenerServer
        let desk: PassDesk
        var router: Router
        var members: MemberLookup?
        var purchases: TillService?
    }

    /// - Parameter earlier: What the run that this one continues has left.
    public init(
        configuration: Configuration, server: String, continuing earlier: JournalRecord? = nil, loop: EventLoop,
        logger: Logger, makeTypist: @escaping MakeTypist
    ) {
        self.configuration = configuration
        self.makeTypist = makeTypist
        self.earlier = earlier
        identity = BridgeIdentity(server: server, continuing: earlier?.instance)
        scanNumber = (earlier?.scans ?? 0) + 1
        nextScanID = Self.scanID(identity, scanNumber)
        self.loop = loop
        self.logger = logger
    }

    /// Opens the socket, makes the keyboard at the till, then finds the scanners. To be called on the loop's thread.
    ///
    /// - Parameters:
    ///   - layouts: Every layout that the configuration names.
    ///   - takeSocket: Gives the listening socket if somebody else has made it; else the configuration's is made.
    ///   - till: Keeps the till's listening socket over the process's life, and has the one that an earlier process has left.
    ///   - onStatus: Told what the service is doing, in words for a person, when it has started and when it changes.
    public func start(
        layouts: [String: Layout], takeSocket: () -> Descriptor? = { nil }, till: (any DescriptorKeeper)? = nil,
        onStatus: @escaping (String) -> Void = { _ in }, scanners makeScanners: MakeScanners
    ) throws(BridgeError) {
        self.onStatus = onStatus
        tillKeeper = till
        let router = try BridgeError.router(configuration.routes)
        let members = try makeMembers(configuration)
        let listeners = try makeListeners(takeSocket())
        let scanners = makeScanners(loop, ScannerSelection(rules: configuration.scanners), layouts)
        let desk = PassDesk(loop: loop)
        parts = Parts(scanners: scanners, listeners: listeners, desk: desk, router: router, members: members)
        self.layouts = layouts
        makePurchasesAtStart()
        makeKeyboard()
        do {
            try scanners.start(
                ScannerEvents(
                    handlers: { scanner in self.handlers(scanner) },
                    obstacle: { scanner in self.obstacle(scanner) },
                    onChange: { scanner, state in self.changed(scanner, to: state) },
                    onError: { node, error in
                        // An unplugging is told by its event, and is no fault.
                        let level: Logger.Level = error.errno == ENODEV ? .debug : .warning
                        self.logger.log(level: level, "scanner: \(error)", metadata: ["node": "\(node)"])
                    }))
        } catch {
            stop()
            throw .scanners(error)
        }
        tellStatus()
    }

    /// Goes over to another configuration; nothing changes if it cannot be used. The socket stays as it is until a restart.
    public func reload(_ new: Configuration, layouts: [String: Layout]) throws(BridgeError) {
        guard var parts else { return }
        parts.router = try BridgeError.router(new.routes)
        if let members = parts.members, let endpoint = new.endpoint {
            try BridgeError.endpoint {
                try members.replace(settings: endpoint, mapping: new.mapping)
            }
        } else if new.endpoint != configuration.endpoint {
            let old = parts.members
            parts.members = try makeMembers(new)
            old?.stop()
        }
        if new.outbox != configuration.outbox { logger.warning("the changed [outbox] is used after a restart") }
        if new.socket != configuration.socket {
            logger.warning("the changed [socket] is used after a restart, and not where systemd makes the socket")
        }
        configuration = new
        self.layouts = layouts
        self.parts = parts
        reloadPurchases()
        for (scanner, gate) in gates { gate.isOpen = parts.router.canPassEarly(scanner: scanner) }
        if parts.desk.typist == nil { makeKeyboard() }
        selectScanners()
        tellStatus()
    }

    /// Lets the scanners go, which type into the till again, then the listeners.
    ///
    /// - Returns: What a run that goes on from here needs; nil if the service was not started.
    @discardableResult
    public func stop() -> JournalRecord? {
        guard let parts else { return nil }
        parts.scanners.stop()
        parts.desk.stop()
        if let keyboardTimer { loop.cancel(keyboardTimer) }
        keyboardTimer = nil
        parts.purchases?.stop()
        parts.members?.stop()
        let record = JournalRecord(
            instance: identity.instance, scans: scanNumber - 1, journal: parts.listeners.journal)
        parts.listeners.stop()
        self.parts = nil
        return record
    }

    /// Whether the configuration says what is to be done with codes.
    public var isComplete: Bool { configuration.isComplete }

    /// Whether a scanner is in the middle of a code.
    public var isScanUnderWay: Bool { parts?.scanners.isScanUnderWay ?? false }

    /// Whether somebody waits for an answer about a member.
    public var isLookupUnderWay: Bool { parts?.members?.isUnderWay ?? false }

    // MARK: Making the parts

    private func makeMembers(_ configuration: Configuration) throws(BridgeError) -> MemberLookup? {
        guard let endpoint = configuration.endpoint else { return nil }
        return try BridgeError.endpoint {
            try MemberLookup(
                settings: endpoint, mapping: configuration.mapping, loop: loop, userAgent: identity.server)
        }
    }

    private func makeListeners(_ socket: consuming Descriptor?) throws(BridgeError) -> ListenerServer {
        let handlers = ListenerHandlers(
            status: { self.status() },
            scanners: { self.scannerStatuses() },
            endpoint: { BridgeStatus.json(self.parts?.members?.health) },
            lookup: { member, ticket in self.lookUp(member, for: ticket) },
            purchase: { parameters, ticket in self.takePurchase(parameters, for: ticket) },
            purchases: { request, user, ticket in self.answerAboutPurchases(request, user, for: ticket) })
        do throws(ListenerSocketError) {
            return try ListenerServer(
                settings: configuration.socket, handed: socket, loop: loop, instance: identity.instance,
                server: identity.server, handlers: handlers, logger: logger, journal: earlier?.journal ?? EventJournal()
            )
        } catch {
            throw .socket(error)
        }
    }

    private static func scanID(_ identity: BridgeIdentity, _ number: Int64) -> String {
        "\(identity.shortInstance)-\(number)"
    }

    // MARK: What happens

    /// The path of a key ends here: what is for the till is typed and the event is with the listeners before anything else is done.
    private func scanned(_ action: ScanAction, _ keys: CodeKeys, by scanner: String) -> CodeFate {
        guard let parts else { return .dropped }
        let scanID = nextScanID
        // The next one's id is made when this one is out.
        defer {
            counters.scans += 1
            scanNumber += 1
            nextScanID = Self.scanID(identity, scanNumber)
        }
        switch action {
        case .damaged(let damage, _):
            counters.damaged += 1
            parts.desk.dropped(keys)
            parts.listeners.publish(.damaged(damage, scanID: scanID, scannerID: scanner))
            logger.notice(
                "scan damaged",
                metadata: ["scanner": "\(scanner)", "scan": "\(scanID)", "reason": "\(damage.rawValue)"])
            return .dropped
        case .scan(let scan):
            var decision = parts.router.decide(scan, scanner: scanner)
            if parts.members == nil { decision.withoutEndpoint() }
            if let route = decision.gaveUpRoute {
                logger.warning(
                    "a pattern was given up: it took too many steps",
                    metadata: ["route": "\(route)", "scan": "\(scanID)"])
            }
            let deadline = scan.time.adding(milliseconds: configuration.pass.waitMilliseconds)
            let verdict = parts.desk.decide(scan, decision.pass, keys, until: deadline)
            if verdict.fate == .passed { counters.passed += 1 }
            parts.listeners.publish(
                .scan(
                    scan, decision, passed: verdict.fate == .passed, refusal: verdict.refusal, scanID: scanID,
                    scannerID: scanner))
            follow(verdict.fate, scanID, scanner)
            guard let members = parts.members, let id = decision.memberID else { return verdict.fate }
            let code = String(decoding: scan.code, as: UTF8.self)
            members.lookUp(id, scannedAt: scan.time) { answer in
                self.answered(answer, about: id, code: code, scanID: scanID, scannerID: scanner, fate: verdict.fate)
            }
            return verdict.fate
        }
    }

    /// The endpoint has said something of a member, or has not.
    func noteAnswer(_ answer: LookupAnswer, about id: String) {
        if let member = answer.outcome.member { balances.note(member.balance, of: [id, member.id]) }
        if !answer.outcome.status.needsAttention { parts?.purchases?.endpointAnswered() }
    }

    private func answered(
        _ answer: LookupAnswer, about id: String, code: String, scanID: String, scannerID: String, fate: CodeFate
    ) {
        noteAnswer(answer, about: id)
        parts?.listeners.publish(
            .member(MemberEvent(scanID: scanID, scannerID: scannerID, code: code, outcome: LookupOutcome(answer))))
        if case .waiting(let ticket) = fate { parts?.desk.answered(ticket, answer.outcome.status.passRefusal) }
        tellEndpoint()
        if answer.outcome.status.needsAttention {
            logger.warning(
                "lookup failed",
                metadata: [
                    "scan": "\(scanID)", "status": "\(answer.outcome.status.rawValue)",
                    "detail": "\(answer.outcome.detail)",
                    "advice": "\(configuration.endpoint.map(answer.outcome.detail.advice) ?? "")",
                ])
        }
    }

    /// Tells what becomes of a code that waits for its answer.
    private func follow(_ fate: CodeFate, _ scanID: String, _ scanner: String) {
        guard case .waiting(let ticket) = fate else { return }
        parts?.desk.onDecision(of: ticket) { refusal in
            if refusal == nil { self.counters.passed += 1 }
            self.parts?.listeners.publish(
                .pass(PassEvent(scanID: scanID, scannerID: scanner, refusal: refusal)))
        }
    }

    private func handlers(_ scanner: String) -> CodeHandlers {
        let gate = gates[scanner] ?? FlowGate(isOpen: parts?.router.canPassEarly(scanner: scanner) ?? false)
        gates[scanner] = gate
        return CodeHandlers(
            onAction: { action, keys in self.scanned(action, keys, by: scanner) },
            onLone: { lone, fate in self.parts?.desk.lone(lone, after: fate) }, gate: gate,
            newFlow: { partial in
                guard let parts = self.parts, parts.router.passesEarly(partial.text, aim: partial.aim, scanner: scanner)
                else { return nil }
                return parts.desk.beginFlow()
            },
            onFlow: { flow, steps in self.parts?.desk.flow(flow, steps) })
    }

    private func lookUp(_ member: String, for ticket: CallTicket) {
        guard let members = parts?.members else {
            parts?.listeners.answer(ticket, with: LookupOutcome(status: "misconfigured", lookupMilliseconds: 0))
            return
        }
        members.lookUp(member, for: .program, scannedAt: .now()) { answer in
            self.noteAnswer(answer, about: member)
            self.parts?.listeners.answer(ticket, with: LookupOutcome(answer))
        }
    }

    private func changed(_ scanner: Scanners.ScannerInfo, to state: Scanners.ScannerState) {
        parts?.listeners.publish(.scanner(.init(scanner), .init(state)))
        var metadata: Logger.Metadata = ["scanner": "\(scanner.id)", "name": "\(scanner.name)"]
        switch state {
        case .connected: logger.info("scanner connected", metadata: metadata)
        case .disconnected:
            gates[scanner.id] = nil
            logger.info("scanner disconnected", metadata: metadata)
        case .blocked(let blockage):
            if blockage == .noVirtualKeyboard { retryKeyboardSoon() }
            metadata["reason"] = "\(blockage.code)"
            logger.warning("scanner blocked: \(blockage.advice)", metadata: metadata)
        }
        tellStatus()
    }

    // MARK: What there is

    /// Says in words what the service is doing, when that has changed.
    func tellStatus() {
        guard let parts else { return }
        let summary = StatusSummary(
            scanners: parts.scanners.present.map(\.1), health: parts.members?.health.state,
            purchases: parts.purchases?.status, isComplete: configuration.isComplete)
        guard summary != lastSummary else { return }
        lastSummary = summary
        onStatus(summary.text)
    }

    /// The endpoint has answered, or has not.
    private func tellEndpoint() {
        if parts?.members?.health.state != lastSummary?.health { tellStatus() }
    }

    private func scannerStatuses() -> [ScannerStatus] {
        (parts?.scanners.present ?? []).map { ScannerStatus(scanner: .init($0), state: .init($1)) }
    }

    private func status() -> JSONValue {
        guard let parts else { return [:] }
        return BridgeStatus(
            identity: identity, counters: counters, scanners: scannerStatuses(), health: parts.members?.health,
            listeners: parts.listeners.statistics, purchases: parts.purchases?.status
        ).json
    }
}
