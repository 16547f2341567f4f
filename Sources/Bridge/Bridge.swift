import Configuration
import EventLoop
import Glibc
import JSON
import Keystrokes
import ListenerProtocol
import ListenerSocket
import Logging
import Loyalty
import Routing
import Scanners
import SystemCalls

/// The whole service: scanners on one side, listeners and the member endpoint on the other.
///
/// An actor whose executor is the event loop. Everything between a key and the write to a listener happens in one call on the
/// loop's thread: no hop, no `await`, no disk and no HTTP. Lookups have a thread of their own, and their answers come back
/// through the loop. `serve` and `demo` are this same composition with other scanners.
public actor Bridge {
    /// Makes the source of scanners, on the loop's thread.
    public typealias MakeScanners = @Sendable (EventLoop, ScannerSelection, [String: Layout]) -> any ScannerSource

    nonisolated let loop: EventLoop
    public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let identity: BridgeIdentity
    private let logger: Logger
    private var configuration: Configuration
    private var parts: Parts?
    private var counters = BridgeCounters()
    private var nextScanID: String

    /// What exists while the service runs.
    private struct Parts {
        let scanners: any ScannerSource
        let listeners: ListenerServer
        var router: Router
        var members: MemberLookup?
    }

    public init(configuration: Configuration, identity: BridgeIdentity, loop: EventLoop, logger: Logger) {
        self.configuration = configuration
        self.identity = identity
        nextScanID = Self.scanID(identity, 1)
        self.loop = loop
        self.logger = logger
    }

    /// Opens the socket, then finds the scanners. To be called on the loop's thread.
    ///
    /// - Parameter layouts: Every layout that the configuration names.
    public func start(layouts: [String: Layout], scanners makeScanners: MakeScanners) throws(BridgeError) {
        let router = try BridgeError.router(configuration.routes)
        let members = try makeMembers(configuration)
        let listeners = try makeListeners()
        let scanners = makeScanners(loop, ScannerSelection(rules: configuration.scanners), layouts)
        parts = Parts(scanners: scanners, listeners: listeners, router: router, members: members)
        do {
            try scanners.start(
                ScannerEvents(
                    onAction: { scanner, action in self.scanned(action, by: scanner) },
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
        if new.socket != configuration.socket { logger.warning("the changed [socket] is used after a restart") }
        configuration = new
        self.parts = parts
        parts.scanners.select(ScannerSelection(rules: new.scanners), layouts: layouts)
    }

    /// Lets the scanners go, which type into the till again, then the listeners.
    public func stop() {
        guard let parts else { return }
        parts.scanners.stop()
        parts.members?.stop()
        parts.listeners.stop()
        self.parts = nil
    }

    // MARK: Making the parts

    private func makeMembers(_ configuration: Configuration) throws(BridgeError) -> MemberLookup? {
        guard let endpoint = configuration.endpoint else { return nil }
        return try BridgeError.endpoint {
            try MemberLookup(
                settings: endpoint, mapping: configuration.mapping, loop: loop, userAgent: identity.server)
        }
    }

    private func makeListeners() throws(BridgeError) -> ListenerServer {
        let handlers = ListenerHandlers(
            status: { self.status() },
            scanners: { self.scannerStatuses() },
            endpoint: { BridgeStatus.json(self.parts?.members?.health) },
            lookup: { member, ticket in self.lookUp(member, for: ticket) })
        do {
            return try ListenerServer(
                settings: configuration.socket, loop: loop, instance: identity.instance, server: identity.server,
                handlers: handlers, logger: logger)
        } catch {
            throw .socket(error)
        }
    }

    private static func scanID(_ identity: BridgeIdentity, _ number: Int64) -> String {
        "\(identity.shortInstance)-\(number)"
    }

    // MARK: What happens

    /// The path of a key ends here: the event is with the listeners before anything else is done.
    private func scanned(_ action: ScanAction, by scanner: String) {
        guard let parts else { return }
        let scanID = nextScanID
        // The next one's id is made when this one is out.
        defer {
            counters.scans += 1
            nextScanID = Self.scanID(identity, counters.scans + 1)
        }
        switch action {
        case .damaged(let damage, _):
            counters.damaged += 1
            parts.listeners.publish(.damaged(damage, scanID: scanID, scannerID: scanner))
            logger.notice(
                "scan damaged",
                metadata: ["scanner": "\(scanner)", "scan": "\(scanID)", "reason": "\(damage.rawValue)"])
        case .scan(let scan):
            var decision = parts.router.decide(scan, scanner: scanner)
            if parts.members == nil { decision.memberID = nil }
            parts.listeners.publish(.scan(scan, decision, scanID: scanID, scannerID: scanner))
            guard let members = parts.members, let id = decision.memberID else { return }
            let code = String(decoding: scan.code, as: UTF8.self)
            members.lookUp(id, scannedAt: scan.time) { answer in
                self.answered(answer, code: code, scanID: scanID, scannerID: scanner)
            }
        }
    }

    private func answered(_ answer: LookupAnswer, code: String, scanID: String, scannerID: String) {
        parts?.listeners.publish(
            .member(MemberEvent(scanID: scanID, scannerID: scannerID, code: code, outcome: LookupOutcome(answer))))
        if answer.outcome.status.needsAttention {
            logger.warning(
                "lookup failed",
                metadata: [
                    "scan": "\(scanID)", "status": "\(answer.outcome.status.rawValue)",
                    "detail": "\(answer.outcome.detail)",
                ])
        }
    }

    private func lookUp(_ member: String, for ticket: LookupTicket) {
        guard let members = parts?.members else {
            parts?.listeners.answer(ticket, with: LookupOutcome(status: "misconfigured", lookupMilliseconds: 0))
            return
        }
        members.lookUp(member, scannedAt: .now()) { answer in
            self.parts?.listeners.answer(ticket, with: LookupOutcome(answer))
        }
    }

    private func changed(_ scanner: Scanners.ScannerInfo, to state: Scanners.ScannerState) {
        parts?.listeners.publish(.scanner(.init(scanner), .init(state)))
        var metadata: Logger.Metadata = ["scanner": "\(scanner.id)", "name": "\(scanner.name)"]
        switch state {
        case .connected: logger.info("scanner connected", metadata: metadata)
        case .disconnected: logger.info("scanner disconnected", metadata: metadata)
        case .blocked(let blockage):
            metadata["reason"] = "\(blockage.code)"
            logger.warning("scanner blocked: \(blockage.advice)", metadata: metadata)
        }
    }

    // MARK: What there is

    private func scannerStatuses() -> [ScannerStatus] {
        (parts?.scanners.present ?? []).map { ScannerStatus(scanner: .init($0), state: .init($1)) }
    }

    private func status() -> JSONValue {
        guard let parts else { return [:] }
        return BridgeStatus(
            identity: identity, counters: counters, scanners: scannerStatuses(), health: parts.members?.health,
            listeners: parts.listeners.statistics
        ).json
    }
}
