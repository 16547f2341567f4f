import SystemCalls

/// What is to be typed on the virtual keyboard, and when: a pure state machine.
///
/// Codes are typed one behind the other and never mixed, in the order in which they were handed over, each with its own packets. A flow is
/// a code that is typed while it is still being scanned; whatever comes meanwhile from other scanners waits for its end.
///
/// Readers of an evdev node have a buffer of 64 events, and those that are slow lose everything when it is full. So at most
/// ``burst`` events go out within ``windowMilliseconds``: a product's code with its Enter goes out at once, and a longer one no
/// faster than a few scanners type.
public struct TypingQueue {
    /// One code, or the beginning of one that flows.
    private struct Job {
        var steps: [KeyStep]
        /// How many of them are out.
        var typed = 0
        /// The flow that adds to it; nil if it is whole.
        var flow: Int?
    }

    /// Events that a reader is given at once: 14 keys down and up, each in a packet of its own, in a buffer of 64.
    static let burst = 56
    /// In this time a reader gets a turn.
    static let windowMilliseconds = 12
    /// Codes that wait at most, and what they hold together.
    static let maximumJobs = 256
    static let maximumSteps = 1 << 19

    private var jobs: [Job] = []
    private var waitingSteps = 0
    private var window = EventWindow(limit: burst, milliseconds: windowMilliseconds)
    /// The keys that are down at the till, in the order of their presses.
    private var down: [UInt16] = []
    private var hasOpenPacket = false

    public init() {
        jobs.reserveCapacity(16)
        down.reserveCapacity(16)
    }

    /// Whether everything is out.
    public var isEmpty: Bool { jobs.isEmpty }

    /// A code is to be typed.
    ///
    /// - Returns: False if there is no room for it.
    public mutating func typed(_ steps: [KeyStep]) -> Bool {
        guard hasRoom(for: steps.count) else { return false }
        append(Job(steps: steps))
        return true
    }

    /// A code begins to be typed while it is scanned.
    ///
    /// - Returns: False if there is no room for it.
    public mutating func flowBegan(_ flow: Int, _ steps: [KeyStep]) -> Bool {
        guard hasRoom(for: steps.count) else { return false }
        append(Job(steps: steps, flow: flow))
        return true
    }

    /// More of a code that flows.
    public mutating func flowed(_ flow: Int, _ steps: [KeyStep]) {
        guard let index = jobs.firstIndex(where: { $0.flow == flow }) else { return }
        jobs[index].steps += steps
        waitingSteps += steps.count
    }

    /// A code that flows is whole.
    ///
    /// - Returns: False if the flow is not known, since the keyboard on which it began is gone.
    public mutating func flowEnded(_ flow: Int, _ steps: [KeyStep]) -> Bool {
        flowed(flow, steps)
        guard let index = jobs.firstIndex(where: { $0.flow == flow }) else { return false }
        jobs[index].flow = nil
        dropTyped()
        return true
    }

    /// A code that flows is not to go on: what is not out stays in, and what is down at the till goes up.
    public mutating func flowBroke(_ flow: Int) {
        guard let index = jobs.firstIndex(where: { $0.flow == flow }) else { return }
        waitingSteps -= jobs[index].steps.count - jobs[index].typed
        guard index == 0 else {
            // Nothing of it is out.
            jobs.remove(at: index)
            return
        }
        var releases: [KeyStep] = hasOpenPacket ? [.packetEnd] : []
        releases += down.reversed().map { .up($0) }
        if releases.last != .packetEnd, !releases.isEmpty { releases.append(.packetEnd) }
        waitingSteps += releases.count
        jobs[0] = Job(steps: releases)
        dropTyped()
    }

    /// Nothing is typed any more, as when the keyboard is gone.
    public mutating func removeAll() {
        jobs.removeAll(keepingCapacity: true)
        waitingSteps = 0
        down.removeAll(keepingCapacity: true)
        hasOpenPacket = false
    }

    /// Takes out what may be typed now, in order.
    ///
    /// - Returns: Whether there is something; ``deadline`` says when there will be more.
    public mutating func takeBurst(at now: MonotonicTime, into steps: inout [KeyStep]) -> Bool {
        var room = window.room(at: now)
        let count = steps.count
        while room > 0, let job = jobs.first, job.typed < job.steps.count {
            let step = job.steps[job.typed]
            // No packet is torn that fits into a burst, since what went down in it may be meant to be one with what follows.
            if !hasOpenPacket, packetLength(of: job) > room, room < Self.burst { break }
            steps.append(step)
            note(step)
            jobs[0].typed += 1
            waitingSteps -= 1
            room -= 1
            dropTyped()
        }
        window.used(steps.count - count, at: now)
        return steps.count > count
    }

    /// When more may be typed; nil if nothing waits, or only what is not scanned yet.
    public var deadline: MonotonicTime? {
        guard let job = jobs.first, job.typed < job.steps.count else { return nil }
        return window.nextRoom
    }

    // MARK: Steps

    private func hasRoom(for count: Int) -> Bool {
        jobs.count < Self.maximumJobs && waitingSteps + count <= Self.maximumSteps
    }

    private mutating func append(_ job: Job) {
        waitingSteps += job.steps.count
        jobs.append(job)
        dropTyped()
    }

    private mutating func dropTyped() {
        while let job = jobs.first, job.flow == nil, job.typed == job.steps.count { jobs.removeFirst() }
    }

    private func packetLength(of job: Job) -> Int {
        (job.steps[job.typed...].firstIndex(of: .packetEnd) ?? job.steps.count - 1) - job.typed + 1
    }

    private mutating func note(_ step: KeyStep) {
        hasOpenPacket = step != .packetEnd
        guard let key = step.key else { return }
        if step.isDown { down.append(key) } else { down.removeAll { $0 == key } }
    }
}
