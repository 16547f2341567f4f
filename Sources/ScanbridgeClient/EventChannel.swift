import CLinux
import Glibc
import Synchronization
import SystemCalls

/// Hands events from the thread that reads to the task that consumes, a bounded number of them.
final class EventChannel: Sendable {
    private struct State {
        var events: [Event] = []
        var consumer: CheckedContinuation<Result<Event?, ClientError>, Never>?
        var failure: ClientError?
        var isFinished = false
        /// Whether the reader waits for room.
        var isReaderWaiting = false
    }

    static let capacity = 256

    private let state = Mutex(State())
    private let wakeUpNumber = Atomic<Int32>(-1)

    /// Readable once the channel is cancelled, so that a wait for the service ends too.
    var wakeUp: Int32 { wakeUpNumber.load(ordering: .acquiring) }

    var isCancelled: Bool { state.withLock { $0.isFinished } }

    /// To be called once, before the channel is shared.
    func open() throws(SystemError) {
        let number = try systemCall("eventfd") { eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)) }
        wakeUpNumber.store(number, ordering: .releasing)
    }

    deinit {
        let number = wakeUp
        if number >= 0 { _ = close(number) }
    }

    // MARK: The reader's side

    /// Passes an event on, waiting for room first.
    ///
    /// - Returns: Whether more are wanted.
    func deliver(_ event: Event) -> Bool {
        while true {
            enum Outcome {
                case done(CheckedContinuation<Result<Event?, ClientError>, Never>?)
                case full, finished
            }
            let outcome = state.withLock { state in
                if state.isFinished { return Outcome.finished }
                if let consumer = state.consumer.take() { return .done(consumer) }
                guard state.events.count < Self.capacity else {
                    state.isReaderWaiting = true
                    return .full
                }
                state.events.append(event)
                return .done(nil)
            }
            switch outcome {
            case .done(let consumer):
                consumer?.resume(returning: .success(event))
                return true
            case .finished: return false
            case .full: waitForRoom()
            }
        }
    }

    /// Waits, or until the channel is cancelled.
    func pause(milliseconds: Int) {
        _ = poll([wakeUp], until: MonotonicTime.now().adding(milliseconds: milliseconds))
    }

    func finish(_ failure: ClientError) {
        let consumer = state.withLock { state in
            guard !state.isFinished else { return nil as CheckedContinuation<Result<Event?, ClientError>, Never>? }
            state.isFinished = true
            guard let consumer = state.consumer.take() else {
                state.failure = failure
                return nil
            }
            return consumer
        }
        consumer?.resume(returning: .failure(failure))
    }

    private func waitForRoom() {
        _ = poll([wakeUp], until: nil)
        // Read under the lock, so that a cancellation's wake-up, which has to stay, is never the one that is read.
        state.withLock { state in
            guard !state.isFinished else { return }
            var count: UInt64 = 0
            _ = read(wakeUp, &count, MemoryLayout<UInt64>.size)
        }
    }

    // MARK: The consumer's side

    func next(isolation actor: isolated (any Actor)?) async throws(ClientError) -> Event? {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation(isolation: actor) { consumer in
                let result = state.withLock { state -> Result<Event?, ClientError>? in
                    if !state.events.isEmpty {
                        let event = state.events.removeFirst()
                        if state.isReaderWaiting, state.events.count <= Self.capacity / 2 {
                            state.isReaderWaiting = false
                            ring()
                        }
                        return .success(event)
                    }
                    if let failure = state.failure.take() { return .failure(failure) }
                    // A second task that iterates gets the end: an iterator has one consumer.
                    if state.isFinished || state.consumer != nil { return .success(nil) }
                    state.consumer = consumer
                    return nil
                }
                if let result { consumer.resume(returning: result) }
            }
        } onCancel: {
            cancel()
        }
        return try result.get()
    }

    /// Ends the events, on both sides.
    func cancel() {
        let consumer = state.withLock { state in
            state.isFinished = true
            state.events = []
            ring()
            return state.consumer.take()
        }
        consumer?.resume(returning: .success(nil))
    }

    private func ring() {
        var one: UInt64 = 1
        _ = write(wakeUp, &one, MemoryLayout<UInt64>.size)
    }
}
