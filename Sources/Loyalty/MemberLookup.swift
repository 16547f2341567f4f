import EventLoop
import Glibc
import Synchronization
import SystemCalls

/// Looks members up at the endpoint, without ever blocking the loop's thread.
///
/// Requests are made, and answers read, on a thread of their own. Belongs to the loop's thread; the loop keeps it alive until
/// ``stop()``.
public final class MemberLookup {
    private let loop: EventLoop
    private let userAgent: String
    private let credentials: String?
    private let mailbox: AttemptMailbox<AttemptEnd>
    private var machine = LookupMachine()
    private var timeoutMilliseconds: Int
    private var transport: HTTPTransport
    /// Those of earlier settings that may still have requests under way, by the request.
    private var transportOf: [UInt64: HTTPTransport] = [:]
    private var completions: [UInt64: (LookupAnswer) -> Void] = [:]
    private var lastTicket: UInt64 = 0
    private var timer: (id: TimerID, time: MonotonicTime)?
    private var isStopped = false

    /// - Parameters:
    ///   - userAgent: What requests say of this program, for example `scanbridge/0.1.0`.
    ///   - credentials: systemd's directory of credentials; nil for this process's own.
    /// - Throws: ``SettingFault`` for settings that cannot be used, `SystemError` if the system gives no descriptor.
    public init(
        settings: EndpointSettings, mapping: MappingSettings, loop: EventLoop, userAgent: String,
        credentials: String? = nil
    ) throws {
        self.credentials = credentials ?? EndpointSettings.ownCredentials
        self.loop = loop
        self.userAgent = userAgent
        mailbox = try AttemptMailbox()
        timeoutMilliseconds = settings.timeoutMilliseconds
        transport = try Self.transport(settings, mapping, userAgent, self.credentials, mailbox)
        try loop.watch(mailbox.descriptor.number, for: [.readable], source: self)
    }

    /// How the endpoint has been doing since the start.
    public var health: EndpointHealth { machine.health }

    /// Whether somebody waits for an answer.
    public var isUnderWay: Bool { !completions.isEmpty }

    /// Looks a member up. `completion` is called exactly once, on the loop's thread, by the configured time after the scan at
    /// the latest; before this method returns if nobody has to be asked.
    public func lookUp(
        _ id: String, for asker: LookupAsker = .scan, scannedAt: MonotonicTime,
        completion: @escaping (LookupAnswer) -> Void
    ) {
        guard !isStopped else {
            completion(LookupAnswer(outcome: .unavailable(.stopped), lookupMilliseconds: 0, source: .live))
            return
        }
        lastTicket += 1
        completions[lastTicket] = completion
        let deadline = scannedAt.adding(milliseconds: timeoutMilliseconds)
        carryOut(
            machine.asked(lastTicket, id: id, by: asker, scannedAt: scannedAt, deadline: deadline, now: .now()))
    }

    /// A member is not what it was: what was said of it before is forgotten, and the next question is a new one.
    public func memberChanged(_ id: String) { machine.memberChanged(id) }

    /// Uses other settings from the next lookup on. A request that is under way ends with the earlier ones.
    ///
    /// - Throws: ``SettingFault`` or `SystemError`; then everything stays as it was.
    public func replace(settings: EndpointSettings, mapping: MappingSettings) throws {
        let next = try Self.transport(settings, mapping, userAgent, credentials, mailbox)
        transport.finish()
        transport = next
        timeoutMilliseconds = settings.timeoutMilliseconds
        machine.settingsChanged()
    }

    /// Ends the requests and their thread; whoever still waits is told `unavailable`. Calling it twice does nothing.
    public func stop() {
        guard !isStopped else { return }
        isStopped = true
        loop.unwatch(mailbox.descriptor.number)
        let earlier = transportOf.values.filter { $0 !== transport }
        carryOut(machine.stopped(now: .now()))
        if let timer { loop.cancel(timer.id) }
        timer = nil
        for transport in earlier { transport.stop() }
        transport.stop()
    }

    // MARK: Pieces

    private static func transport(
        _ settings: EndpointSettings, _ mapping: MappingSettings, _ userAgent: String, _ credentials: String?,
        _ mailbox: AttemptMailbox<AttemptEnd>
    ) throws -> HTTPTransport {
        try settings.check()
        let reader = SharedReader(try AnswerReader(mapping: mapping, locale: settings.locale))
        let transport = HTTPTransport.Settings(
            url: try EndpointURL(settings.memberURL, .member), account: settings.account,
            token: TokenFile(path: settings.tokenFile, credentials: credentials), headers: settings.headers,
            caFile: settings.caFile, userAgent: userAgent)
        return try HTTPTransport(transport, threadName: "lookups") { attempt, end in
            mailbox.post(AttemptMailbox.Letter(attempt: attempt, end: reader.meaning(of: end)))
        }
    }

    private func carryOut(_ actions: [LookupMachine.Action]) {
        for action in actions {
            switch action {
            case .startAttempt(let attempt, let id, let timeoutMilliseconds):
                transportOf[attempt] = transport
                transport.start(attempt, .member(id), timeoutMilliseconds: timeoutMilliseconds)
            case .cancelAttempt(let attempt):
                transportOf.removeValue(forKey: attempt)?.cancel(attempt)
            case .answer(let ticket, let answer):
                completions.removeValue(forKey: ticket)?(answer)
            }
        }
        setTimer()
    }

    private func setTimer() {
        guard !isStopped else { return }
        let wake = machine.wakeAt
        if let timer {
            if timer.time == wake { return }
            loop.cancel(timer.id)
        }
        timer = wake.map { time in
            // Weakly: a timer must not be what keeps it alive.
            let id = loop.schedule(at: time) { [weak self] in self?.timePassed() }
            return (id, time)
        }
    }

    private func timePassed() {
        timer = nil
        carryOut(machine.timePassed(now: .now()))
    }
}

extension MemberLookup: EventSource {
    public func ready(_ readiness: Readiness) {
        for letter in mailbox.takeAll() {
            transportOf[letter.attempt] = nil
            carryOut(machine.attemptEnded(letter.attempt, letter.end, now: .now()))
        }
    }
}

/// The reader of answers, whose patterns one thread at a time may use.
private final class SharedReader: Sendable {
    private let reader: Mutex<AnswerReader>

    init(_ reader: sending AnswerReader) {
        self.reader = Mutex(reader)
    }

    /// What the end of a request means. Called on the transport's thread: reading a large answer takes its time.
    func meaning(of end: HTTPTransport.End) -> AttemptEnd {
        switch end {
        case .failed(let outcome): AttemptEnd(outcome)
        case .answer(let answer):
            AttemptEnd(
                reader.withLock { $0.outcome(of: answer) },
                body: answer.body, retryAfterMilliseconds: answer.retryAfterSeconds.map { min($0, 86_400) * 1000 },
                clockAheadSeconds: answer.clockAheadSeconds)
        }
    }
}
