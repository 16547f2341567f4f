import CMicroHTTPD
import EventLoop
import Glibc
import SystemCalls

/// An HTTP/1.1 server for programs on the same machine, on one loop's thread.
///
/// It refuses what is not for it before anybody else sees it: foreign Host and Origin fields, too large heads and bodies, bodies whose
/// end is in doubt or which are encoded. Clients that are too slow are cut off; whoever is too many takes the place of the one that has
/// kept its own the longest without a whole request.
///
/// Not `Sendable`: made, used and stopped on the loop's thread. Nothing here blocks. It lives, with what it calls, until ``stop()``.
public final class LocalHTTPServer {
    /// The port that it listens on.
    public let port: UInt16

    let loop: EventLoop
    let limits: LocalHTTPLimits
    private let rules: HeadRules
    private let admit: (HTTPHead) -> HTTPResponse?
    private let answer: (HTTPRequest, HTTPReply) -> Void
    /// The listening socket, for ``socketCopy()``.
    private var spare: Descriptor?
    private var daemon: HTTPDaemon?
    private var acceptor: ConnectionAcceptor?
    private(set) var isStopping = false

    private var connections: [ObjectIdentifier: HTTPConnection] = [:]
    private var lingering: [ObjectIdentifier: Lingering] = [:]
    private var counters = LocalHTTPStatistics()
    private var timer: TimerID?
    private var timerTime: MonotonicTime?

    /// Clients that are waited for after a refusal; more than that see a reset instead.
    private static let maximumLingering = 32

    /// Begins to listen.
    ///
    /// - Parameters:
    ///   - handed: A socket that listens at this address already, for example of an earlier process, whose clients wait in it. One that listens
    ///     elsewhere is closed.
    ///   - admit: Called with a request's head before any of its body is read. A response refuses the request; the connection is closed
    ///     after it.
    ///   - handle: Called with each whole request. The answer may be given at once or later.
    public init(
        address: LoopbackAddress, handed: consuming Descriptor? = nil, loop: EventLoop,
        limits: LocalHTTPLimits = .init(),
        admit: @escaping (HTTPHead) -> HTTPResponse?, handle: @escaping (HTTPRequest, HTTPReply) -> Void
    ) throws(SystemError) {
        let socket = try LoopbackSocket.taken(handed, at: address)
        spare = try socket.duplicate()
        port = try LoopbackSocket.port(of: socket)
        rules = HeadRules(address: address, port: port, limits: limits)
        self.loop = loop
        self.limits = limits
        self.admit = admit
        answer = handle
        let daemon = try HTTPDaemon(server: self, loop: loop, limits: limits)
        self.daemon = daemon
        do {
            acceptor = try ConnectionAcceptor(socket, loop: loop, server: self)
        } catch {
            daemon.stop()
            self.daemon = nil
            throw error
        }
    }

    /// Another descriptor of the listening socket, for somebody who keeps it beyond this process's life: clients then wait in it, and are not
    /// refused.
    public func socketCopy() throws(SystemError) -> Descriptor? { try spare?.duplicate() }

    /// What it holds and has done.
    public var statistics: LocalHTTPStatistics {
        var statistics = counters
        statistics.connections = connections.count
        return statistics
    }

    /// Closes the socket and all connections; answers that have been given go out as far as they fit, later ones go nowhere. May be
    /// called from `admit` and `handle`; a second call does nothing.
    public func stop() {
        guard !isStopping else { return }
        isStopping = true
        spare = nil
        acceptor?.close()
        acceptor = nil
        if daemon?.isRunning != true { finishStopping() }
    }

    private func finishStopping() {
        for connection in connections.values { connection.resume() }
        daemon?.stop()
        daemon = nil
        for one in lingering.values { one.close() }
        lingering = [:]
        setTimer(nil)
    }

    // MARK: Connections

    var isFull: Bool { connections.count >= max(1, limits.maximumConnections) }

    /// Sees to it that one more connection has a place.
    ///
    /// - Returns: False if all of them are being answered.
    func makeRoom() -> Bool {
        guard isFull else { return true }
        // Who has just come may have sent a request already.
        daemon?.run()
        let slow = connections.values.filter { !$0.isCut && ($0.phase == .waiting || $0.phase == .receiving) }
        guard let oldest = slow.min(by: { $0.since < $1.since }) else { return false }
        oldest.cut()
        counters.displaced += 1
        daemon?.run()
        return !isFull
    }

    func accepted(_ socket: Int32) {
        let count = connections.count
        daemon?.add(socket)
        // Since 1.0 the library opens it only when it runs; until then it would not count.
        if connections.count == count { daemon?.run() }
    }

    func opened(_ handle: OpaquePointer, socket: Int32) -> HTTPConnection {
        let connection = HTTPConnection(handle: handle, socket: socket, server: self)
        connections[ObjectIdentifier(connection)] = connection
        changed(connection)
        return connection
    }

    /// The library is about to close the connection's socket.
    func closed(_ connection: HTTPConnection) {
        connections[ObjectIdentifier(connection)] = nil
        if !connection.isCut, !isStopping { linger(connection) }
        if connections.isEmpty, lingering.isEmpty { setTimer(nil) }
        acceptor?.wake()
    }

    /// The connection is in another phase.
    func changed(_ connection: HTTPConnection) {
        if let deadline = connection.deadline(limits) { expect(deadline) }
        if connection.phase == .waiting { acceptor?.wake() }
    }

    /// The library has a connection back.
    func resumed() {
        daemon?.runNow()
    }

    /// The library has done what there was to do, and may be called again.
    func ran() {
        if isStopping { finishStopping() }
    }

    private func linger(_ connection: HTTPConnection) {
        guard connection.isRefused || scanbridge_http_unread(connection.socket) > 0,
            lingering.count < Self.maximumLingering
        else { return }
        do throws(SystemError) {
            let number = try systemCall("fcntl") { fcntl(connection.socket, F_DUPFD_CLOEXEC, 3) }
            let one = try Lingering(
                Descriptor(owning: number), bytesLeft: limits.maximumBodyBytes * 8, server: self)
            lingering[ObjectIdentifier(one)] = one
            expect(one.deadline)
        } catch {
            // Then the client sees a reset.
        }
    }

    func finish(_ one: Lingering) {
        one.close()
        lingering[ObjectIdentifier(one)] = nil
        if connections.isEmpty, lingering.isEmpty { setTimer(nil) }
    }

    // MARK: Requests

    /// The refusal of a request by its head; nil if it may come.
    func refusal(of head: HTTPHead, version: String, size: Int) -> HTTPResponse? {
        let refusal = rules.refusal(of: head, version: version, size: size) ?? admit(head)
        if refusal != nil { countRefusal() }
        return refusal
    }

    func countRefusal() {
        counters.refused += 1
    }

    func handle(_ request: HTTPRequest, _ reply: HTTPReply) {
        counters.requests += 1
        answer(request, reply)
    }

    // MARK: Deadlines

    /// Sees to it that those who are late are looked for at `deadline`. One timer is enough: when it fires it is set anew.
    private func expect(_ deadline: MonotonicTime) {
        if let timerTime, timerTime <= deadline { return }
        setTimer(deadline)
    }

    private func setTimer(_ time: MonotonicTime?) {
        if let timer { loop.cancel(timer) }
        timerTime = time
        timer = time.map { loop.schedule(at: $0) { [weak self] in self?.cutOffTheLate() } }
    }

    private func cutOffTheLate() {
        timer = nil
        timerTime = nil
        let now = MonotonicTime.now()
        for one in lingering.values where one.deadline <= now { finish(one) }
        for connection in connections.values where !connection.isCut {
            guard let deadline = connection.deadline(limits) else { continue }
            if deadline > now {
                expect(deadline)
            } else {
                connection.cut()
                counters.timedOut += 1
            }
        }
        for one in lingering.values { expect(one.deadline) }
    }
}
