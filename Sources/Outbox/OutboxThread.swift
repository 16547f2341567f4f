import CLinux
import Glibc
import Purchases
import Synchronization
import SystemCalls

/// The outbox on a thread of its own, for callers on any thread.
///
/// Changes that wait are made in one transaction, so that many sales share the wait for the disk. What comes first is done first, and a
/// call sees all that was asked for before it. Completions are called on the outbox's thread, once each, and must not wait.
///
/// When the outbox cannot be opened or has broken, commands fail, and the next one that comes a second or more after the last attempt
/// opens it again; nothing is tried at rest. ``stop()`` must be called in the end.
public final class OutboxThread: Sendable {
    private struct Inbox: Sendable {
        enum Stage { case running, stopping, ended }

        var stage = Stage.running
        var queue = OutboxQueue()
        /// Whether the thread sleeps and has to be woken.
        var isWaiting = false
    }

    private static let retryMilliseconds = 1000
    private static let stopMilliseconds: Int32 = 5000
    /// Nothing has come for so long: a moment to tidy up.
    private static let quietMilliseconds: Int32 = 250

    private let settings: OutboxSettings
    private let vfs: String?
    private let onOpen: @Sendable (Result<OutboxOpening, OutboxError>) -> Void
    private let inbox = Mutex(Inbox())
    /// Its counter is set when the thread has something to do; it blocks.
    private let wakeUp: Descriptor
    /// Readable once the thread has ended.
    private let ended: Descriptor

    /// Starts the thread, which opens the outbox.
    ///
    /// - Parameters:
    ///   - vfs: The name of SQLite's layer to the file system, for tests.
    ///   - onOpen: Called on the outbox's thread after each attempt to open it. After each success what is unfinished is to be read again: a
    ///     change that failed may have been made, and what was read before may have been set aside.
    public init(
        settings: OutboxSettings, vfs: String? = nil,
        onOpen: @escaping @Sendable (Result<OutboxOpening, OutboxError>) -> Void
    ) throws(SystemError) {
        self.settings = settings
        self.vfs = vfs
        self.onOpen = onOpen
        wakeUp = Descriptor(owning: try systemCall("eventfd") { eventfd(0, Int32(EFD_CLOEXEC)) })
        ended = Descriptor(owning: try systemCall("eventfd") { eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)) })
        try startThread(named: "outbox") { self.run() }
    }

    // MARK: Any thread

    /// Stores a purchase. When the completion has `stored`, it is on the disk.
    public func insert(
        _ purchase: NewPurchase, completion: @escaping @Sendable (Result<InsertResult, OutboxError>) -> Void
    ) {
        let command = OutboxQueue.Command.change(.insert(purchase)) { written in
            switch written {
            case .success(.insert(let result)): completion(.success(result))
            case .success(.record): preconditionFailure("an insertion's result is a record's")
            case .failure(let error): completion(.failure(error))
            }
        }
        append(command) { completion(.failure($0)) }
    }

    /// Writes down what has become of purchases.
    public func record(
        _ records: [PurchaseRecord], completion: @escaping @Sendable (Result<Void, OutboxError>) -> Void
    ) {
        append(.change(.record(records)) { written in completion(written.map { _ in }) }) { completion(.failure($0)) }
    }

    /// Calls `body` with the store, to read or to prune. It must not keep it.
    public func call<Value: Sendable>(
        _ body: @escaping @Sendable (OutboxStore) throws(OutboxError) -> Value,
        completion: @escaping @Sendable (Result<Value, OutboxError>) -> Void
    ) {
        let command = OutboxQueue.Command.call { access in
            do throws(OutboxError) {
                completion(.success(try body(try access.get())))
            } catch {
                completion(.failure(error))
            }
        }
        append(command) { completion(.failure($0)) }
    }

    /// Finishes what waits, closes the outbox, and ends the thread. What comes later fails.
    ///
    /// - Returns: Whether it has ended; a disk that hangs is waited for 5 s.
    @discardableResult
    public func stop() -> Bool {
        let wakes = inbox.withLock { inbox in
            if inbox.stage == .running { inbox.stage = .stopping }
            defer { inbox.isWaiting = false }
            return inbox.isWaiting
        }
        if wakes { wake() }
        var wait = pollfd(fd: ended.number, events: Int16(POLLIN), revents: 0)
        let ready = try? systemCall("poll") { poll(&wait, 1, Self.stopMilliseconds) }
        return ready == 1
    }

    private func append(_ command: OutboxQueue.Command, refuse: (OutboxError) -> Void) {
        enum Next { case nothing, wake, busy, stopped }
        let next: Next = inbox.withLock { inbox in
            guard inbox.stage == .running else { return .stopped }
            guard inbox.queue.append(command) else { return .busy }
            defer { inbox.isWaiting = false }
            return inbox.isWaiting ? .wake : .nothing
        }
        switch next {
        case .nothing: break
        case .wake: wake()
        case .busy: refuse(.busy(settings.path))
        case .stopped: refuse(.stopped(settings.path))
        }
    }

    private func wake() {
        var one: UInt64 = 1
        _ = write(wakeUp.number, &one, MemoryLayout<UInt64>.size)
    }

    // MARK: The outbox's thread

    private func run() {
        var opener = OutboxOpener(settings: settings, vfs: vfs, onOpen: onOpen)
        opener.tryOpening()
        while let work = nextWork(isQuietWanted: { opener.wantsTidying }, onQuiet: { opener.tidy() }) {
            let access = opener.access(retryMilliseconds: Self.retryMilliseconds)
            switch work {
            case .call(let body): body(access)
            case .changes(let changes): Self.make(changes, access)
            }
        }
        opener.close()
        var one: UInt64 = 1
        _ = write(ended.number, &one, MemoryLayout<UInt64>.size)
    }

    private static func make(
        _ changes: [(OutboxChange, completion: OutboxQueue.Completion)],
        _ access: OutboxQueue.Access
    ) {
        do throws(OutboxError) {
            let results = try access.get().write(changes.map(\.0))
            for (result, (_, completion)) in zip(results, changes) { completion(.success(result)) }
        } catch {
            for (_, completion) in changes { completion(.failure(error)) }
        }
    }

    private func comesSoon() -> Bool {
        var wait = pollfd(fd: wakeUp.number, events: Int16(POLLIN), revents: 0)
        return (try? systemCall("poll") { poll(&wait, 1, Self.quietMilliseconds) }) != 0
    }

    /// Waits for something to do; nil at the end.
    ///
    /// - Parameters:
    ///   - isQuietWanted: Whether there is something to be done when nothing comes for a while.
    private func nextWork(isQuietWanted: () -> Bool, onQuiet: () -> Void) -> OutboxQueue.Work? {
        enum Next {
            case work(OutboxQueue.Work)
            case wait, end
        }
        while true {
            let next: Next = inbox.withLock { inbox in
                if let work = inbox.queue.next() { return .work(work) }
                if inbox.stage != .running {
                    inbox.stage = .ended
                    return .end
                }
                inbox.isWaiting = true
                return .wait
            }
            switch next {
            case .work(let work): return work
            case .end: return nil
            case .wait:
                if isQuietWanted(), !comesSoon() {
                    onQuiet()
                    continue
                }
                var count: UInt64 = 0
                _ = try? systemCall("read") { read(wakeUp.number, &count, MemoryLayout<UInt64>.size) }
            }
        }
    }
}
