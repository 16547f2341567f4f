import CLinux
import EventLoop
import Glibc
import ListenerProtocol
import SystemCalls

/// One connection: moves bytes between its socket and its session.
final class Listener: EventSource {
    let number: UInt64
    let peer: PeerCredentials
    private(set) var session: ListenerSession
    private let socket: Descriptor
    private unowned let server: ListenerServer
    private var interest: Readiness = [.readable]
    private(set) var isClosed = false
    /// Whether the server knows it as one who gets events.
    private var isListed = false
    /// Set while lines are handled: whatever the service does meanwhile is sent at the end.
    private var isInTurn = false

    /// Lines handled each time the socket is ready, so that one listener's requests never keep a scanner waiting.
    private static let linesPerTurn = 32
    /// Sends each time, of up to ``ListenerServer/scratchSize`` bytes.
    private static let sendsPerTurn = 4

    init(
        number: UInt64, peer: PeerCredentials, socket: consuming Descriptor, session: ListenerSession,
        server: ListenerServer
    ) {
        self.number = number
        self.peer = peer
        self.socket = socket
        self.session = session
        self.server = server
    }

    func start() throws(SystemError) {
        try server.loop.watch(socket.number, for: interest, source: self)
        session.connected(seq: server.journal.last, at: .now())
        turn()
    }

    // MARK: What happens

    func ready(_ readiness: Readiness) {
        // With both directions closed there is nobody left to answer.
        if readiness.contains(.hungUp) || readiness.contains(.failed) {
            return server.close(self, because: "it has gone")
        }
        if readiness.contains(.writable) { session.hasRoom() }
        if readiness.contains(.readable) { receive() }
        turn()
    }

    /// Sends an event on. The hot path: with an empty queue it is one system call.
    func publish(_ entry: EventJournal.Entry, seq: UInt64, at now: Moment) {
        guard !isClosed else { return }
        if !isInTurn, session.takesAtOnce(entry.type) { return sendAtOnce(entry.line, seq: seq, at: now) }
        guard session.published(entry, seq: seq, at: now), !isInTurn else { return }
        // With lines waiting the socket was full a moment ago and says when it is not. A burst within one turn of the loop
        // is no reason to cut off a listener that reads, so now and then it is tried all the same.
        if session.output.lineCount % 64 == 1 || session.isCutOff { settle() } else { arm() }
    }

    private func sendAtOnce(_ line: [UInt8], seq: UInt64, at now: Moment) {
        let count = line.withUnsafeBytes { bytes in
            Glibc.send(socket.number, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
        session.sentAtOnce(max(0, count), of: line, seq: seq, at: now)
        // Whatever stopped the kernel is found out by sending the rest, the one way or the other.
        if count < line.count { settle() }
    }

    func answer(_ lookup: UInt64, with outcome: LookupOutcome) {
        guard !isClosed else { return }
        session.answerLookup(lookup, with: outcome, at: .now())
        if !isInTurn { turn() }
    }

    func answer(_ call: UInt64, with answer: CallAnswer) {
        guard !isClosed else { return }
        session.answerCall(call, with: answer, at: .now())
        if !isInTurn { turn() }
    }

    func checkAge(at now: Moment) {
        session.checkAge(at: now)
        if session.isCutOff, !isClosed, !isInTurn { settle() }
    }

    /// Says good-bye with what fits.
    func stop() {
        session.serviceStopping(at: .now())
        flush()
        server.close(self, because: "the service is stopping")
    }

    /// Takes the socket out of the loop. It is closed with the last reference to this object.
    func close() {
        isClosed = true
        server.loop.unwatch(socket.number)
        // A socket that is closed with something unread tells the other side of an error instead of an end.
        _ = server.withScratch { recv(socket.number, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT)) }
        _ = shutdown(socket.number, Int32(SHUT_RDWR))
    }

    // MARK: Turns

    private func turn() {
        guard !isClosed, !isInTurn else { return }
        isInTurn = true
        var lines = 0
        while lines < Self.linesPerTurn, let step = session.handleNextLine(journal: server.journal, at: .now()) {
            lines += 1
            carryOut(step)
        }
        isInTurn = false
        session.feed(from: server.journal, at: .now())
        settle()
    }

    private func carryOut(_ step: ListenerSession.Step) {
        let handlers = server.handlers
        switch step {
        case .handled: break
        case .status(let id):
            let status = handlers.status()
            session.answerStatus(id, with: status, at: .now())
        case .subscribe(let id, let parameters):
            let scanners = handlers.scanners()
            let endpoint = handlers.endpoint()
            session.subscribe(
                id, parameters, scanners: scanners, endpoint: endpoint, journal: server.journal, at: .now())
        case .lookup(let member, let number):
            handlers.lookup(member, CallTicket(listener: self.number, number: number))
        case .purchase(let parameters, let number):
            handlers.purchase(parameters, CallTicket(listener: self.number, number: number))
        case .purchases(let request, let number):
            handlers.purchases(request, peer.uid, CallTicket(listener: self.number, number: number))
        }
        guard session.isSubscribed != isListed, !isClosed else { return }
        isListed = session.isSubscribed
        server.subscriptionChanged(self)
    }

    private func settle() {
        guard !isClosed else { return }
        if let failure = flush() { return server.close(self, because: failure) }
        if session.isCutOff { return server.cutOff(self) }
        if session.isFinished { return server.close(self, because: "it is done") }
        arm()
    }

    private func arm() {
        var wanted: Readiness = []
        if session.wantsInput { wanted.insert(.readable) }
        if session.wantsOutput {
            wanted.insert(.writable)
            session.waitsForRoom(at: .now())
            server.startAgeTimer()
        } else {
            session.hasRoom()
        }
        guard wanted != interest else { return }
        do {
            try server.loop.change(socket.number, to: wanted)
            interest = wanted
        } catch {
            server.close(self, because: "\(error)")
        }
    }

    // MARK: Bytes

    private func receive() {
        guard session.wantsInput else { return }
        var failure: String?
        server.withScratch { scratch in
            do throws(SystemError) {
                let count = try systemCall("recv") {
                    recv(socket.number, scratch.baseAddress, scratch.count, Int32(MSG_DONTWAIT))
                }
                if count == 0 {
                    session.inputEnded()
                } else {
                    session.received(UnsafeRawBufferPointer(rebasing: scratch[..<count]))
                }
            } catch {
                if !error.isWouldBlock { failure = "\(error)" }
            }
        }
        if let failure { server.close(self, because: failure) }
    }

    /// Sends until the socket is full or the turn's share is used up.
    ///
    /// - Returns: Why the connection is of no more use, if it is not.
    @discardableResult
    private func flush() -> String? {
        var sends = 0
        while !session.output.isEmpty, sends < Self.sendsPerTurn {
            sends += 1
            do throws(SystemError) {
                let (count, offered) = try send()
                session.sent(count)
                if count < offered { return nil }
            } catch {
                return error.isWouldBlock ? nil : "\(error)"
            }
        }
        return nil
    }

    private func send() throws(SystemError) -> (count: Int, offered: Int) {
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        let number = socket.number
        let output = session.output
        let isCutOff = session.isCutOff
        var offered = 0
        let result = server.withScratch { scratch in
            // Without room to join lines they go one by one, so that the last notice is sent whole or not at all.
            let room = isCutOff ? UnsafeMutableRawBufferPointer(start: nil, count: 0) : scratch
            return output.withNext(room) { bytes in
                offered = bytes.count
                while true {
                    let count = Glibc.send(number, bytes.baseAddress, bytes.count, flags)
                    if count >= 0 { return count }
                    if errno != EINTR { return -Int(errno) }
                }
            }
        }
        guard result >= 0 else { throw SystemError(call: "send", errno: Int32(-result)) }
        return (result, offered)
    }
}
