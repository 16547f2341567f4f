import CLinux
import EventLoop
import Glibc
import JSON
import ListenerProtocol
import Logging
import SystemCalls

/// Tells every listener on a Unix socket what happens, on one loop's thread.
///
/// ``publish(_:at:)`` encodes an event once and sends the same bytes to each listener right away, without waiting for any. A
/// listener that does not read keeps a bounded queue and is then cut off.
///
/// Not `Sendable`: made, used and stopped on the loop's thread. Nothing here blocks.
public final class ListenerServer {
    /// Connections at a time.
    public static let maximumListeners = 1024
    /// Places that only users with fewer connections than this get, so that one user's flood leaves room for the others.
    static let reservedPlaces = 16

    /// The newest event's number.
    public var seq: UInt64 { journal.last }

    let loop: EventLoop
    let handlers: ListenerHandlers
    /// The events so far.
    public private(set) var journal: EventJournal
    private let instance: String
    private let server: String
    private let limits: ListenerLimits
    private let logger: Logger
    private var file: SocketFile?
    private var acceptor: Acceptor?

    private var listeners: [UInt64: Listener] = [:]
    private var subscribers: [Listener] = []
    private var connectionsOfUser: [uid_t: Int] = [:]
    private var lastListener: UInt64 = 0
    private var counters = ListenerStatistics()
    private var ageTimer: TimerID?
    private let scratch: UnsafeMutableRawBufferPointer

    private static let scratchSize = 65_536

    /// Makes the socket that the settings name and starts to accept.
    ///
    /// - Parameters:
    ///   - handed: A listening socket that somebody else has made, for example systemd, to be used in place of one that is made here. Its
    ///     file is left alone.
    ///   - instance: Names this run of the service; sequence numbers are of one instance.
    ///   - server: The program and its version, for example `scanbridge/0.1.0`.
    ///   - logger: Gets each listener's credentials at connect.
    public convenience init(
        settings: SocketSettings, handed: consuming Descriptor? = nil, loop: EventLoop, instance: String,
        server: String, handlers: ListenerHandlers, logger: Logger, limits: ListenerLimits = ListenerLimits(),
        journal: EventJournal = EventJournal()
    ) throws(ListenerSocketError) {
        if let socket = consume handed {
            for difference in settings.differences(from: socket) { logger.warning("\(difference)") }
            do throws(SystemError) {
                try self.init(
                    adopting: socket, loop: loop, instance: instance, server: server, handlers: handlers,
                    logger: logger, limits: limits, journal: journal)
            } catch {
                throw ListenerSocketError(error, settings.path)
            }
            return
        }
        var file = try SocketFile.claim(settings.path)
        let socket: Descriptor
        do throws(ListenerSocketError) {
            socket = try file.listen(group: settings.group, mode: settings.mode)
        } catch {
            file.remove()
            throw error
        }
        do throws(SystemError) {
            try self.init(
                adopting: socket, loop: loop, instance: instance, server: server, handlers: handlers, logger: logger,
                limits: limits, journal: journal)
        } catch {
            file.remove()
            throw ListenerSocketError(error, settings.path)
        }
        self.file = consume file
    }

    /// Accepts on a listening socket that somebody else has made, for example systemd. Its file is left alone.
    public init(
        adopting socket: consuming Descriptor, loop: EventLoop, instance: String, server: String,
        handlers: ListenerHandlers,
        logger: Logger, limits: ListenerLimits = ListenerLimits(), journal: EventJournal = EventJournal()
    ) throws(SystemError) {
        self.loop = loop
        self.instance = instance
        self.server = server
        self.handlers = handlers
        self.logger = logger
        self.limits = limits
        self.journal = journal
        scratch = .allocate(byteCount: Self.scratchSize, alignment: 16)
        acceptor = try Acceptor(socket, loop: loop, server: self)
    }

    deinit { scratch.deallocate() }

    /// Tells those who wait on a listening socket that there is no service, and closes their connections.
    ///
    /// - Parameter reason: Why, and what to do.
    public static func decline(_ socket: borrowing Descriptor, because reason: String) {
        Acceptor.declineAll(socket, RequestError(.notStarted, reason))
    }

    // MARK: For the service

    /// Numbers an event, keeps it for those who resume, and sends it to every listener that asked for its type.
    ///
    /// - Returns: The event's number.
    @discardableResult
    public func publish(_ event: Event, at time: WallTime = .now()) -> UInt64 {
        let entry = journal.append(event, at: time)
        let now = Moment(monotonic: .now(), wall: time)
        let seq = journal.last
        for listener in subscribers { listener.publish(entry, seq: seq, at: now) }
        return seq
    }

    /// Answers a listener's `lookup`. If the listener has gone this does nothing.
    public func answer(_ ticket: CallTicket, with outcome: LookupOutcome) {
        listeners[ticket.listener]?.answer(ticket.number, with: outcome)
    }

    /// Answers a listener's `purchase` or `purchases`. If the listener has gone this does nothing.
    public func answer(_ ticket: CallTicket, with answer: CallAnswer) {
        listeners[ticket.listener]?.answer(ticket.number, with: answer)
    }

    public var statistics: ListenerStatistics {
        var statistics = counters
        statistics.seq = journal.last
        statistics.listeners = listeners.values.sorted { $0.number < $1.number }.map {
            ListenerStatistics.Listener(
                peer: $0.peer, isSubscribed: $0.session.isSubscribed, queuedLines: $0.session.output.lineCount,
                queuedBytes: $0.session.output.byteCount)
        }
        return statistics
    }

    /// Closes all connections and the socket, and removes its file. Requests that wait get an error. To be called before the last
    /// reference goes; a second call does nothing.
    public func stop() {
        acceptor?.close()
        acceptor = nil
        for listener in listeners.values { listener.stop() }
        if let ageTimer { loop.cancel(ageTimer) }
        ageTimer = nil
        file.take()?.remove()
    }

    // MARK: Connections

    /// Takes a new connection in, or tells it why not.
    func accepted(_ socket: consuming Descriptor) {
        var peer = PeerCredentials(pid: 0, uid: 0, gid: 0)
        _ = scanbridge_peer_credentials(socket.number, &peer.pid, &peer.uid, &peer.gid)
        guard hasPlace(for: peer.uid) else { return refuse(socket, peer) }
        lastListener += 1
        let session = ListenerSession(server: server, instance: instance, limits: limits)
        let listener = Listener(number: lastListener, peer: peer, socket: socket, session: session, server: self)
        listeners[listener.number] = listener
        connectionsOfUser[peer.uid, default: 0] += 1
        counters.accepted += 1
        logger.info("listener connected", metadata: metadata(listener))
        do {
            try listener.start()
        } catch {
            close(listener, because: "\(error)")
        }
    }

    private func hasPlace(for user: uid_t) -> Bool {
        if listeners.count >= Self.maximumListeners { return false }
        return listeners.count < Self.maximumListeners - Self.reservedPlaces
            || connectionsOfUser[user, default: 0] < Self.reservedPlaces
    }

    private func refuse(_ socket: consuming Descriptor, _ peer: PeerCredentials) {
        counters.refused += 1
        // A flood must not fill the log: the 1st, 2nd, 4th, 8th … are told.
        if counters.refused & (counters.refused - 1) == 0 {
            logger.warning(
                "listener refused: no free place",
                metadata: ["uid": "\(peer.uid)", "pid": "\(peer.pid)", "refused": "\(counters.refused)"])
        }
        Acceptor.decline(
            socket, "\(Self.maximumListeners) listeners are connected, or nearly and most of them yours; close some")
    }

    func subscriptionChanged(_ listener: Listener) {
        if listener.session.isSubscribed {
            subscribers.append(listener)
        } else {
            subscribers.removeAll { $0 === listener }
        }
    }

    func cutOff(_ listener: Listener) {
        counters.cutOff += 1
        logger.warning("listener does not read and is cut off", metadata: metadata(listener))
        close(listener, because: nil)
    }

    func close(_ listener: Listener, because reason: String?) {
        guard listeners.removeValue(forKey: listener.number) != nil else { return }
        if let reason {
            var metadata = metadata(listener)
            metadata["reason"] = "\(reason)"
            logger.info("listener closed", metadata: metadata)
        }
        subscribers.removeAll { $0 === listener }
        let left = connectionsOfUser[listener.peer.uid, default: 1] - 1
        connectionsOfUser[listener.peer.uid] = left > 0 ? left : nil
        listener.close()
    }

    private func metadata(_ listener: Listener) -> Logger.Metadata {
        [
            "listener": "\(listener.number)", "pid": "\(listener.peer.pid)", "uid": "\(listener.peer.uid)",
            "gid": "\(listener.peer.gid)",
        ]
    }

    // MARK: Shared by the connections

    /// Lends a buffer that all connections share, since one at a time reads or writes. `body` must not lead here again.
    func withScratch<Result>(_ body: (UnsafeMutableRawBufferPointer) -> Result) -> Result { body(scratch) }

    /// Sees to it that what waits is looked at again in time. While nothing waits there is no timer.
    func startAgeTimer() {
        guard ageTimer == nil else { return }
        ageTimer = loop.schedule(at: MonotonicTime.now().adding(milliseconds: limits.queuedMilliseconds)) {
            [weak self] in
            self?.checkAges()
        }
    }

    private func checkAges() {
        ageTimer = nil
        let now = Moment.now()
        for listener in listeners.values { listener.checkAge(at: now) }
        guard let oldest = listeners.values.compactMap(\.session.oldestWait).min() else { return }
        ageTimer = loop.schedule(at: oldest.adding(milliseconds: limits.queuedMilliseconds)) { [weak self] in
            self?.checkAges()
        }
    }
}
