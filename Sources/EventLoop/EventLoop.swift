import CLinux
import Glibc
import Synchronization
import SystemCalls

/// One thread that waits for descriptors, timers and posted work, and the executor of the actor whose state they change.
///
/// A thread hop costs more than everything else between a key and a listener, so there is none: whoever owns a descriptor is
/// called right where the readiness was seen. The loop is level-triggered, holds no descriptor open and sleeps without any
/// wake-up of its own when nothing happens.
///
/// Timers are one timerfd, set when an earlier time than before is waited for, and not a time-out of the wait: that would have
/// the kernel set up and cancel its timer for each key.
// @unchecked: `inbox`, `thread` and `isStopping` are synchronized; everything else is touched by the loop's thread alone,
// which `assertIsLoopThread` checks on each entry.
public final class EventLoop: SerialExecutor, @unchecked Sendable {
    private enum Work {
        case job(UnownedJob)
        case call(@Sendable () -> Void)
    }

    private struct Slot {
        var source: (any EventSource)?
        var descriptor: Int32 = -1
        var priority = Priority.normal
        /// Rises with each use, so that readiness of an earlier owner is never taken for the present one's.
        var generation: UInt32 = 0
    }

    private let epoll: Descriptor
    private let wakeUp: Descriptor
    private let alarm: Descriptor
    private let inbox = Mutex<[Work]>([])
    private let isStopping = Atomic<Bool>(false)
    private let thread = Atomic<UInt>(0)

    private var slots: [Slot] = []
    private var freeSlots: [Int] = []
    private var slotOf: [Int32: Int] = [:]
    private var timers = TimerQueue()
    /// When the timerfd goes off; nil if it is not set.
    private var alarmTime: MonotonicTime?

    private static let wakeUpToken = UInt64.max
    private static let alarmToken = UInt64.max - 1
    private static let batch = 128

    /// Makes a loop that belongs to the calling thread until another one calls ``run()``.
    public init() throws(SystemError) {
        epoll = Descriptor(owning: try systemCall("epoll_create1") { epoll_create1(Int32(EPOLL_CLOEXEC)) })
        wakeUp = Descriptor(
            owning: try systemCall("eventfd") { eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)) })
        alarm = Descriptor(
            owning: try systemCall("timerfd_create") {
                timerfd_create(CLOCK_MONOTONIC, Int32(TFD_CLOEXEC) | Int32(TFD_NONBLOCK))
            })
        adoptCurrentThread()
        try control(EPOLL_CTL_ADD, wakeUp.number, [.readable], Self.wakeUpToken)
        try control(EPOLL_CTL_ADD, alarm.number, [.readable], Self.alarmToken)
    }

    // MARK: Descriptors

    /// Calls `source` whenever `descriptor` is ready for `interest`, until ``unwatch(_:)``. The source is kept alive.
    public func watch(
        _ descriptor: Int32, for interest: Readiness, priority: Priority = .normal, source: any EventSource
    ) throws(SystemError) {
        assertIsLoopThread()
        precondition(slotOf[descriptor] == nil, "a descriptor has one source")
        let index = freeSlots.popLast() ?? slots.count
        if index == slots.count { slots.append(Slot()) }
        slots[index].generation &+= 1
        slots[index].source = source
        slots[index].descriptor = descriptor
        slots[index].priority = priority
        slotOf[descriptor] = index
        do {
            try control(EPOLL_CTL_ADD, descriptor, interest, token(index))
        } catch {
            release(index)
            throw error
        }
    }

    /// Changes what a watched descriptor is waited for.
    public func change(_ descriptor: Int32, to interest: Readiness) throws(SystemError) {
        assertIsLoopThread()
        guard let index = slotOf[descriptor] else { return }
        try control(EPOLL_CTL_MOD, descriptor, interest, token(index))
    }

    /// Forgets a descriptor. To be called before it is closed; calling it twice does nothing.
    public func unwatch(_ descriptor: Int32) {
        assertIsLoopThread()
        guard let index = slotOf[descriptor] else { return }
        // It cannot fail in a way that matters: the descriptor is known to be in the set, or already closed.
        _ = try? control(EPOLL_CTL_DEL, descriptor, [], 0)
        release(index)
    }

    private func release(_ index: Int) {
        slotOf[slots[index].descriptor] = nil
        slots[index].source = nil
        slots[index].descriptor = -1
        freeSlots.append(index)
    }

    private func token(_ index: Int) -> UInt64 {
        UInt64(slots[index].generation) << 32 | UInt64(index)
    }

    private func control(
        _ operation: Int32, _ descriptor: Int32, _ interest: Readiness, _ token: UInt64
    ) throws(SystemError) {
        var event = epoll_event()
        event.events = interest.rawValue
        event.data.u64 = token
        try systemCall("epoll_ctl") { epoll_ctl(epoll.number, operation, descriptor, &event) }
    }

    // MARK: Timers

    /// Calls `body` once, at `time` or as soon after it as the loop gets there.
    @discardableResult
    public func schedule(at time: MonotonicTime, _ body: @escaping () -> Void) -> TimerID {
        assertIsLoopThread()
        return timers.add(at: time, body)
    }

    /// Forgets a timer; one that has fired or is unknown is no fault.
    public func cancel(_ timer: TimerID) {
        assertIsLoopThread()
        timers.remove(timer)
    }

    // MARK: Work from elsewhere

    /// Has `body` called on the loop's thread. May be called from any thread.
    public func post(_ body: @escaping @Sendable () -> Void) {
        deliver(.call(body))
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        deliver(.job(UnownedJob(job)))
    }

    /// Makes ``run()`` return soon. May be called from any thread, and before ``run()``.
    public func stop() {
        isStopping.store(true, ordering: .releasing)
        ring()
    }

    private func deliver(_ work: Work) {
        let isFirst = inbox.withLock { inbox in
            inbox.append(work)
            return inbox.count == 1
        }
        if isFirst { ring() }
    }

    private func ring() {
        var one: UInt64 = 1
        // EAGAIN means that the counter is full, so the loop is going to wake up anyway. After any other error work would lie there
        // for ever, since only the first piece rings.
        for _ in 0..<3 {
            if write(wakeUp.number, &one, MemoryLayout<UInt64>.size) >= 0 || errno == EAGAIN { return }
        }
    }

    // MARK: Running

    /// Makes the calling thread the loop's, for set-up before ``run()``.
    public func adoptCurrentThread() {
        thread.store(UInt(bitPattern: Int(pthread_self())), ordering: .releasing)
    }

    /// Waits and calls, on the calling thread, until ``stop()``.
    public func run() throws(SystemError) {
        adoptCurrentThread()
        var events = [epoll_event](repeating: epoll_event(), count: Self.batch)
        while !isStopping.load(ordering: .acquiring) {
            let timeout = setAlarm()
            let count = try systemCall("epoll_wait") { epoll_wait(epoll.number, &events, Int32(Self.batch), timeout) }
            var signs = Signs()
            for index in 0..<Int(count) { dispatch(events[index], .keys, &signs) }
            for index in 0..<Int(count) { dispatch(events[index], .normal, &signs) }
            if signs.rang { runPosted() }
            // Timers come last: what a descriptor had to say may have made a deadline void.
            if signs.alarmed || timeout >= 0 { fireTimers() }
        }
        isStopping.store(false, ordering: .releasing)
    }

    private func dispatch(_ event: epoll_event, _ priority: Priority, _ signs: inout Signs) {
        let token = event.data.u64
        if token >= Self.alarmToken {
            if token == Self.alarmToken { signs.alarmed = true } else { signs.rang = true }
            return
        }
        let index = Int(token & 0xFFFF_FFFF)
        guard slots[index].generation == UInt32(token >> 32), slots[index].priority == priority,
            let source = slots[index].source
        else { return }
        source.ready(Readiness(rawValue: event.events))
    }

    /// What a wait has brought beside descriptors.
    private struct Signs {
        var rang = false
        var alarmed = false
    }

    /// Sets the timerfd if it would go off too late. One that goes off early costs a turn, and is set anew then.
    ///
    /// - Returns: How long the next wait may last: for ever, unless the kernel refuses to set the timer. Then the wait itself has
    ///   to end in time.
    private func setAlarm() -> Int32 {
        guard let next = timers.next, alarmTime.map({ next < $0 }) ?? true else { return -1 }
        // A time of zero would switch it off.
        let microseconds = max(1, next.microseconds)
        var time = itimerspec()
        time.it_value.tv_sec = Int(microseconds / 1_000_000)
        time.it_value.tv_nsec = Int(microseconds % 1_000_000 * 1000)
        guard timerfd_settime(alarm.number, Int32(TFD_TIMER_ABSTIME), &time, nil) == 0 else {
            return Int32(clamping: max(0, next.milliseconds(since: .now()) + 1))
        }
        alarmTime = next
        return -1
    }

    private func fireTimers() {
        var expirations: UInt64 = 0
        _ = read(alarm.number, &expirations, MemoryLayout<UInt64>.size)
        alarmTime = nil
        for timer in timers.takeDue(by: .now()) { timers.takeBody(of: timer)?() }
    }

    private func runPosted() {
        var counter: UInt64 = 0
        _ = read(wakeUp.number, &counter, MemoryLayout<UInt64>.size)
        let work = inbox.withLock { inbox in
            let work = inbox
            inbox.removeAll()
            return work
        }
        for piece in work {
            switch piece {
            case .job(let job): job.runSynchronously(on: asUnownedSerialExecutor())
            case .call(let body): body()
            }
        }
    }

    // MARK: Isolation

    private var isLoopThread: Bool {
        thread.load(ordering: .acquiring) == UInt(bitPattern: Int(pthread_self()))
    }

    private func assertIsLoopThread() {
        assert(isLoopThread, "called off the loop's thread")
    }

    public func checkIsolated() {
        precondition(isLoopThread, "called off the loop's thread")
    }

    public func isIsolatingCurrentContext() -> Bool? { isLoopThread }
}
