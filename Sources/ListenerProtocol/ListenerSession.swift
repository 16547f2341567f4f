import JSON
import SystemCalls

/// The protocol as one listener lives it: lines in, lines out, no I/O.
///
/// The host reads into ``received(_:)``, calls ``handleNextLine(journal:at:)`` until it returns nil, carries out what that asks for,
/// then ``feed(from:at:)``, and sends what is in ``output``. Requests are answered only while the listener reads the answers, so a
/// listener that only writes is soon not read any more.
public struct ListenerSession: Sendable {
    /// What handling a line leads to.
    public enum Step: Equatable, Sendable {
        /// It is done; there may be another line.
        case handled
        /// To be followed by ``answerStatus(_:with:at:)``.
        case status(RequestID)
        /// To be followed by ``subscribe(_:_:scanners:endpoint:journal:at:)``.
        case subscribe(RequestID, SubscribeParameters)
        /// To be followed, at any time, by ``answerLookup(_:with:at:)`` with this number.
        case lookup(member: String, number: UInt64)
        /// To be followed, at any time, by ``answerCall(_:with:at:)`` with this number.
        case purchase(PurchaseParameters, number: UInt64)
        case purchases(OutboxRequest, number: UInt64)
    }

    private enum Phase {
        case open
        /// The listener writes no more, and may go on reading.
        case inputEnded
        /// Nothing is read any more; what is queued goes out, and the answers that are due.
        case closing
        /// The listener reads too slowly: one more attempt to send, then the end.
        case cutOff
    }

    private struct Call {
        var id: RequestID
        /// Whom a lookup is about.
        var member: String?
    }

    /// What waits to be sent.
    public private(set) var output: OutputQueue
    private var phase = Phase.open
    private var input: RequestLines
    private var subscription: Subscription?
    /// What is not answered yet, and may take its time.
    private var calls: [UInt64: Call] = [:]
    private var lastCall: UInt64 = 0
    /// The newest event's number, kept up to date while there is a subscription.
    private var latest: UInt64 = 0
    private var waitingSince: MonotonicTime?
    private let server: String
    private let instance: String
    private let limits: ListenerLimits

    /// - Parameters:
    ///   - server: The program and its version, for example `scanbridge/0.1.0`.
    ///   - instance: Names this run of the service.
    public init(server: String, instance: String, limits: ListenerLimits = ListenerLimits()) {
        self.server = server
        self.instance = instance
        self.limits = limits
        output = OutputQueue(limits: limits)
        input = RequestLines(limit: limits.requestBytes)
    }

    // MARK: What the host wants to know

    public var isSubscribed: Bool { subscription != nil }

    /// Whether to read: no backlog of lines, and answers are being read.
    public var wantsInput: Bool { phase == .open && !input.hasNext && !output.isPaused }

    /// Whether there is something to do as soon as the socket takes bytes.
    public var wantsOutput: Bool {
        !output.isEmpty || (takesLines && input.hasNext) || subscription.map { !$0.isLive } ?? false
    }

    /// Whether to close now.
    public var isFinished: Bool {
        switch phase {
        case .open: false
        case .inputEnded: output.isEmpty && subscription == nil && calls.isEmpty && !input.hasNext
        case .closing: output.isEmpty && calls.isEmpty
        case .cutOff: true
        }
    }

    /// Whether the listener was too slow and is to be closed after one more attempt to send, line by line.
    public var isCutOff: Bool { phase == .cutOff }

    private var takesLines: Bool { phase == .open || phase == .inputEnded }

    // MARK: What happens to the connection

    public mutating func connected(seq: UInt64, at now: Moment) {
        enqueue(OutputLine.hello(server: server, instance: instance, seq: seq), at: now)
    }

    public mutating func received(_ bytes: UnsafeRawBufferPointer) {
        if phase == .open { input.append(bytes) }
    }

    /// The listener has shut its writing side, or is gone. What stands behind the last line feed counts as a request.
    public mutating func inputEnded() {
        guard phase == .open else { return }
        phase = .inputEnded
        input.end()
    }

    /// The kernel took `count` bytes of ``output``.
    public mutating func sent(_ count: Int) {
        output.sent(count)
        if count > 0 { waitingSince = nil }
    }

    /// There is something to do, and the host now waits until the socket takes bytes.
    public mutating func waitsForRoom(at now: Moment) {
        if waitingSince == nil { waitingSince = now.monotonic }
    }

    /// The socket takes bytes.
    public mutating func hasRoom() {
        waitingSince = nil
    }

    /// Since when the listener has not read what it should: its oldest line, or the kernel's buffer, which counts as full long before
    /// it refuses a line. Nil while nothing waits.
    public var oldestWait: MonotonicTime? {
        guard let oldest = output.oldest, let waitingSince else { return output.oldest ?? waitingSince }
        return min(oldest, waitingSince)
    }

    /// Cuts the listener off if something has waited too long. To be called now and then while ``oldestWait`` is not nil.
    public mutating func checkAge(at now: Moment) {
        guard phase != .cutOff, let oldestWait else { return }
        if now.monotonic.milliseconds(since: oldestWait) >= limits.queuedMilliseconds { cutOff(at: now) }
    }

    /// The service ends: what is due is refused, and the connection is closed as soon as that is sent.
    public mutating func serviceStopping(at now: Moment) {
        guard phase != .cutOff else { return }
        for number in calls.keys.sorted() {
            guard let call = calls.removeValue(forKey: number) else { continue }
            enqueue(
                OutputLine.error(RequestError(.stopping, "the service is stopping; ask again later"), id: call.id),
                at: now)
        }
        if phase != .cutOff { close() }
    }

    // MARK: Requests

    /// Handles one line, or returns nil if there is none or the listener has to read first.
    public mutating func handleNextLine(journal: EventJournal, at now: Moment) -> Step? {
        guard takesLines, !output.isPaused, let line = input.next() else { return nil }
        switch line {
        case .tooLong:
            let error = RequestError(
                .lineTooLong, "a request line has at most \(limits.requestBytes) bytes; the connection is closed")
            enqueue(OutputLine.error(error), at: now)
            close()
            return .handled
        case .whole(let bytes) where bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 }:
            return .handled
        case .whole(let bytes):
            do throws(RefusedRequest) {
                return handle(try Request(line: bytes, limits: limits), seq: journal.last, at: now)
            } catch {
                enqueue(OutputLine.error(error.error, id: error.id), at: now)
                return .handled
            }
        }
    }

    private mutating func handle(_ request: Request, seq: UInt64, at now: Moment) -> Step {
        switch request.method {
        case .ping:
            enqueue(OutputLine.reply(request.id) { $0.writeSeq(seq) }, at: now)
            return .handled
        case .unsubscribe:
            subscription = nil
            enqueue(OutputLine.reply(request.id), at: now)
            return .handled
        case .status: return .status(request.id)
        case .subscribe(let parameters): return .subscribe(request.id, parameters)
        case .lookup(let member):
            return begin(request.id, member, at: now).map { .lookup(member: member, number: $0) } ?? .handled
        case .purchase(let parameters):
            return begin(request.id, at: now).map { .purchase(parameters, number: $0) } ?? .handled
        case .purchases(let parameters):
            return begin(request.id, at: now).map { .purchases(parameters, number: $0) } ?? .handled
        }
    }

    /// The number of a request whose answer may take its time; nil if there are too many of them, which the listener is told.
    private mutating func begin(_ id: RequestID, _ member: String? = nil, at now: Moment) -> UInt64? {
        guard calls.count < limits.outstandingCalls else {
            let error = RequestError(
                .tooManyRequests,
                "\(limits.outstandingCalls) requests of this connection are not answered yet; wait for one")
            enqueue(OutputLine.error(error, id: id), at: now)
            return nil
        }
        lastCall += 1
        calls[lastCall] = Call(id: id, member: member)
        return lastCall
    }

    public mutating func answerStatus(_ id: RequestID, with status: JSONValue, at now: Moment) {
        let reply = OutputLine.reply(id) { writer in
            writer.key("status")
            writer.value(status)
        }
        enqueue(reply, at: now)
    }

    /// Answers a lookup, once; a number that is not waited for is no fault.
    public mutating func answerLookup(_ number: UInt64, with outcome: LookupOutcome, at now: Moment) {
        guard let call = calls.removeValue(forKey: number) else { return }
        let reply = OutputLine.reply(call.id) { writer in
            writer.key("code")
            writer.optional(call.member)
            writer.writeFields(of: outcome)
        }
        enqueue(reply, at: now)
    }

    /// Answers one of the other requests that take their time, once; a number that is not waited for is no fault.
    ///
    /// - Parameter answer: Writes the reply's fields, or an error.
    public mutating func answerCall(_ number: UInt64, with answer: CallAnswer, at now: Moment) {
        guard let call = calls.removeValue(forKey: number) else { return }
        switch answer {
        case .fields(let write): enqueue(OutputLine.reply(call.id, write), at: now)
        case .error(let error): enqueue(OutputLine.error(error, id: call.id), at: now)
        }
    }

    // MARK: Events

    /// Starts a subscription, in place of an earlier one: the reply, the snapshot and a gap if there is one. What was missed comes
    /// by ``feed(from:at:)``.
    ///
    /// - Parameter endpoint: What is known of the member endpoint's health.
    public mutating func subscribe(
        _ id: RequestID, _ parameters: SubscribeParameters, scanners: [ScannerStatus], endpoint: JSONValue,
        journal: EventJournal, at now: Moment
    ) {
        guard takesLines else { return }
        let start = SubscriptionStart(parameters, instance: instance, journal: journal)
        latest = journal.last
        let reply = OutputLine.reply(id) { writer in
            writer.writeSeq(latest)
            writer.key("types")
            writer.beginArray()
            for name in parameters.types.names { writer.value(name) }
            writer.endArray()
        }
        enqueue(reply, at: now)
        enqueue(
            OutputLine.snapshot(scanners: scanners, endpoint: endpoint, seq: start.snapshotSeq, time: now.wall), at: now
        )
        if let gap = start.gap { enqueueGap(from: gap.from, to: gap.to, at: now) }
        guard takesLines else { return }
        subscription = Subscription(
            types: parameters.types, position: start.position, isLive: start.position == latest)
    }

    /// An event was appended to the journal.
    ///
    /// - Returns: Whether a line was queued, or the listener was cut off.
    public mutating func published(_ entry: EventJournal.Entry, seq: UInt64, at now: Moment) -> Bool {
        guard var current = subscription else { return false }
        latest = seq
        guard current.isLive else { return false }
        let isWanted = current.types.contains(EventTypes(entry.type))
        if isWanted, !enqueue(entry.line, seq: seq, at: now) { return true }
        current.position = seq
        subscription = current
        return isWanted
    }

    /// Whether the next event of this type is to be sent past the queue, since nothing waits in front of it.
    ///
    /// The hot path: it is then told by ``sentAtOnce(_:of:seq:at:)``.
    public func takesAtOnce(_ type: EventType) -> Bool {
        guard output.isEmpty, phase == .open || phase == .inputEnded, let subscription else { return false }
        return subscription.isLive && subscription.types.contains(EventTypes(type))
    }

    /// The kernel took `count` bytes of an event's line; the rest of it waits in the queue.
    public mutating func sentAtOnce(_ count: Int, of line: [UInt8], seq: UInt64, at now: Moment) {
        latest = seq
        subscription?.position = seq
        guard count < line.count else { return }
        enqueue(line, seq: seq, at: now)
        output.sent(count)
    }

    /// Queues the next missed events, a bounded number of them. What has meanwhile left the journal becomes a gap.
    public mutating func feed(from journal: EventJournal, at now: Moment) {
        while var current = subscription, !current.isLive, !output.isPaused {
            let next = current.position + 1
            if next > journal.last {
                current.isLive = true
            } else if next < journal.first {
                let to = journal.first - 1
                guard enqueueGap(from: next, to: to, at: now) else { return }
                current.position = to
            } else if let entry = journal.entry(next) {
                if current.types.contains(EventTypes(entry.type)), !enqueue(entry.line, seq: next, at: now) { return }
                current.position = next
            }
            subscription = current
        }
    }

    // MARK: The queue

    @discardableResult
    private mutating func enqueue(_ line: [UInt8], seq: UInt64? = nil, at now: Moment) -> Bool {
        guard phase != .cutOff else { return false }
        if output.append(line, seq: seq, at: now.monotonic) { return true }
        cutOff(at: now)
        return false
    }

    /// A gap counts as its first event, so that a listener that is cut off before it resumes in front of it.
    @discardableResult
    private mutating func enqueueGap(from: UInt64, to: UInt64, at now: Moment) -> Bool {
        enqueue(OutputLine.gap(from: from, to: to, time: now.wall), seq: max(from, 1), at: now)
    }

    private mutating func cutOff(at now: Moment) {
        let dropped = output.dropUnsent()
        if let subscription {
            let from = dropped ?? (subscription.position + 1)
            if from <= latest {
                // The queue has at most the rest of one line now; should that rest be long, there is no room for a notice.
                _ = output.append(OutputLine.lagged(from: from, to: latest, time: now.wall), at: now.monotonic)
            }
        }
        phase = .cutOff
        stopListening()
    }

    private mutating func close() {
        phase = .closing
        stopListening()
    }

    private mutating func stopListening() {
        subscription = nil
        input.clear()
    }
}

extension JSONWriter {
    fileprivate mutating func writeSeq(_ seq: UInt64) {
        key("seq")
        value(Int64(clamping: seq))
    }
}
