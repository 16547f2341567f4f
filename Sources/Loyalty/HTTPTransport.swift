import CCurl
import CLinux
import Glibc
import Synchronization
import SystemCalls

/// Makes the requests to the endpoint, on a thread of its own that libcurl's multi interface drives.
///
/// The thread starts with the first request and libcurl with it, so that a service at rest stays small. Connections are kept
/// alive and used again. Results are handed over on that thread. ``stop()`` or ``finish()`` must be called in the end.
final class HTTPTransport: Sendable {
    /// How one request ended.
    enum End: Equatable, Sendable {
        case answer(EndpointAnswer)
        /// There was no answer; the outcome follows from why.
        case failed(MemberOutcome)
    }

    struct Settings: Sendable {
        var url: EndpointURL
        var account: String
        var token: TokenFile
        var headers: [EndpointSettings.Header]
        var caFile: String
        var userAgent: String
    }

    /// What is asked of the endpoint.
    enum Question: Sendable {
        case member(MemberID)
        /// An invoice, byte for byte, and the key that it has for ever.
        case purchase([UInt8], key: String)
    }

    enum Command: Sendable {
        case start(UInt64, Question, timeoutMilliseconds: Int)
        case cancel(UInt64)
        case finish
        case stop
    }

    private struct Inbox: Sendable {
        enum Stage { case idle, running, ended }

        var stage = Stage.idle
        var commands: [Command] = []
        /// The multi handle's address while it may be woken up, else 0.
        var multi: UInt = 0

        mutating func takeCommands() -> [Command] {
            defer { commands = [] }
            return commands
        }
    }

    private let settings: Settings
    private let threadName: String
    private let onEnd: @Sendable (UInt64, End) -> Void
    private let inbox = Mutex(Inbox())
    /// Readable once the thread has ended.
    private let ended: Descriptor

    /// - Parameters:
    ///   - threadName: What the transport's thread is called.
    ///   - onEnd: Called on the transport's thread, once for each request that was started and not cancelled.
    init(_ settings: Settings, threadName: String, onEnd: @escaping @Sendable (UInt64, End) -> Void) throws(SystemError)
    {
        self.settings = settings
        self.threadName = threadName
        self.onEnd = onEnd
        ended = Descriptor(owning: try systemCall("eventfd") { eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)) })
    }

    // MARK: Any thread

    /// Asks the endpoint.
    func start(_ attempt: UInt64, _ question: Question, timeoutMilliseconds: Int) {
        enum Next { case nothing, startThread, refuse }
        let next: Next = inbox.withLock { inbox in
            switch inbox.stage {
            case .ended: return .refuse
            case .idle, .running:
                let isFirst = inbox.stage == .idle
                inbox.stage = .running
                Self.append(.start(attempt, question, timeoutMilliseconds: timeoutMilliseconds), &inbox)
                return isFirst ? .startThread : .nothing
            }
        }
        switch next {
        case .nothing: break
        case .refuse: onEnd(attempt, .failed(.unavailable(.stopped)))
        case .startThread:
            do {
                try startThread(named: threadName) { self.run() }
            } catch {
                // The system has no thread to give now; the next request tries again.
                let refused = inbox.withLock { inbox in
                    inbox.stage = .idle
                    return inbox.takeCommands()
                }
                refuse(refused, .busy)
            }
        }
    }

    /// Ends a request without a result. One that is unknown or has ended is no fault.
    func cancel(_ attempt: UInt64) {
        inbox.withLock { if $0.stage == .running { Self.append(.cancel(attempt), &$0) } }
    }

    /// Ends the thread as soon as the requests that are under way have ended.
    func finish() {
        inbox.withLock { inbox in
            if inbox.stage == .running { Self.append(.finish, &inbox) } else { inbox.stage = .ended }
        }
    }

    /// Ends the thread at once, without results for what is under way, and waits up to a second for it: the process must not
    /// take TLS down while a connection is in use.
    func stop() {
        let wasRunning = inbox.withLock { inbox in
            let wasRunning = inbox.stage == .running
            if wasRunning { Self.append(.stop, &inbox) } else { inbox.stage = .ended }
            return wasRunning
        }
        guard wasRunning else { return }
        var wait = pollfd(fd: ended.number, events: Int16(POLLIN), revents: 0)
        _ = try? systemCall("poll") { poll(&wait, 1, 1000) }
    }

    /// Whether there is no thread any more, and never will be one.
    var hasEnded: Bool { inbox.withLock { $0.stage == .ended } }

    private func refuse(_ commands: [Command], _ detail: OutcomeDetail) {
        for case .start(let attempt, _, _) in commands { onEnd(attempt, .failed(.unavailable(detail))) }
    }

    private static func append(_ command: Command, _ inbox: inout Inbox) {
        inbox.commands.append(command)
        // Under the lock, since the handle must not be taken down meanwhile.
        if let multi = UnsafeMutableRawPointer(bitPattern: inbox.multi) { curl_multi_wakeup(multi) }
    }

    // MARK: The transport's thread

    private func run() {
        // libcurl is told to leave signals alone, so a connection that the other side closed must not raise one.
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &set, nil)
        if let transfers = Transfers(settings, onEnd: onEnd) {
            inbox.withLock { $0.multi = transfers.address }
            transfers.run { inbox.withLock { $0.takeCommands() } }
            inbox.withLock { $0.multi = 0 }
        }
        // What is still in the inbox came too late, or there is no libcurl.
        let rest = inbox.withLock { inbox in
            inbox.stage = .ended
            return inbox.takeCommands()
        }
        refuse(rest, .stopped)
        var one: UInt64 = 1
        _ = write(ended.number, &one, MemoryLayout<UInt64>.size)
    }
}
