import CEvdev
import CLinux
import EventLoop
import Glibc
import Keystrokes
import PassThrough
import SystemCalls

/// Reads input events from a descriptor and decodes them, on the loop's thread: the path of a key.
///
/// The descriptor is an evdev node, or anything else that yields the kernel's 24-byte events. It is read with read(2) and not
/// through libevdev, which reads anew for each single event. Nothing is allocated until a code is complete.
public final class KeyReader: EventSource {
    private let descriptor: Descriptor
    private let loop: EventLoop
    private var decoder: ScanDecoder
    private var keys: ScanKeys
    private let handlers: CodeHandlers
    /// What became of the last code.
    private var fate = CodeFate.dropped
    /// How much of the code that is under way has been asked about.
    private var askedBytes = 0
    private let onEnd: (SystemError?) -> Void
    private let buffer: UnsafeMutableBufferPointer<input_event>
    private var timer: TimerID?
    private var isOpen = true
    /// Bytes at the buffer's start that are an event in part. A node gives whole events only; a pipe may split them.
    private var partialBytes = 0
    private let timeAsleep: () -> Int64
    /// What ``timeAsleep`` said at the last look.
    private var lastTimeAsleep: Int64

    /// Where the next process finds how far this one has come.
    private let slot: GrabLedger.Slot?
    /// Events are read and not decoded yet.
    private var isDecoding = false

    /// What an earlier process has read.
    struct Inherited {
        let lastKey: MonotonicTime
        /// What its `timeAsleep` said last; nil if that is not known.
        let timeAsleep: Int64?
    }

    /// Larger than the kernel's buffer for a keyboard (64 events), so that one read empties it.
    private static let capacity = 128
    /// Reads in a row before others get their turn.
    private static let readsPerTurn = 8
    /// Microseconds by which the time asleep must rise to be a sleep and no jitter.
    private static let shortestSleep: Int64 = 5000
    /// An event that waited longer than this for its reader came before the sleep that has just ended: right after waking up
    /// events are read at once.
    private static let freshMilliseconds = 50

    /// Starts reading.
    ///
    /// - Parameters:
    ///   - gapMilliseconds: The decoder's.
    ///   - timeAsleep: How many microseconds the machine has slept, up to now.
    ///   - handlers: Told each scan and each damage, as soon as its last event is read.
    ///   - onEnd: Told once that no more can be read: nil at the end of a file, else the kernel's reason.
    public convenience init(
        descriptor: consuming Descriptor, decoder: ScanDecoder, gapMilliseconds: Int, loop: EventLoop,
        timeAsleep: @escaping () -> Int64 = SleepClock.microseconds, handlers: CodeHandlers,
        onEnd: @escaping (SystemError?) -> Void
    ) throws(SystemError) {
        try self.init(
            descriptor: descriptor, decoder: decoder, gapMilliseconds: gapMilliseconds, loop: loop,
            timeAsleep: timeAsleep, handlers: handlers, slot: nil, inherited: nil, onEnd: onEnd)
    }

    /// Starts reading a node whose grab outlives this process.
    ///
    /// - Parameters:
    ///   - slot: Where it is written down how far this process has come; nil if nobody will ask.
    ///   - inherited: What the process before this one has read, for a decoder that has taken over from it.
    init(
        descriptor: consuming Descriptor, decoder: ScanDecoder, gapMilliseconds: Int, loop: EventLoop,
        timeAsleep: @escaping () -> Int64, handlers: CodeHandlers, slot: GrabLedger.Slot?, inherited: Inherited?,
        onEnd: @escaping (SystemError?) -> Void
    ) throws(SystemError) {
        self.descriptor = descriptor
        self.decoder = decoder
        self.loop = loop
        self.handlers = handlers
        keys = ScanKeys(gapMilliseconds: gapMilliseconds)
        self.onEnd = onEnd
        self.timeAsleep = timeAsleep
        lastTimeAsleep = inherited?.timeAsleep ?? timeAsleep()
        if let inherited { keys.tookOver(lastKey: inherited.lastKey) }
        self.slot = slot
        buffer = .allocate(capacity: Self.capacity)
        buffer.initialize(repeating: input_event())
        try loop.watch(self.descriptor.number, for: [.readable], priority: .keys, source: self)
        settle()
        // A code that was taken over may have nothing more to come.
        armTimer()
    }

    var number: Int32 { descriptor.number }

    /// Whether a code has begun that has not ended.
    public var isScanUnderWay: Bool { isOpen && (decoder.deadline ?? keys.deadline) != nil }

    deinit {
        buffer.deallocate()
    }

    /// Stops reading; what was under way is told as damaged.
    public func close() {
        guard isOpen else { return }
        isOpen = false
        loop.unwatch(descriptor.number)
        if let timer { loop.cancel(timer) }
        var mark = mark
        let action = decoder.unplugged()
        interrupted(by: action)
        // With events between two hands the slot says so already.
        guard let slot, !isDecoding else { return }
        if action != nil { mark.stage = .told }
        slot.write(mark, timeAsleep: lastTimeAsleep)
    }

    /// Where the next process would have to go on. Keys between codes that are kept until it is clear what they belong to are lost
    /// with this process, so it is as if they were a code's.
    private var mark: DecoderMark {
        var mark = decoder.mark
        if mark.stage == .rest, keys.deadline != nil { mark.stage = .inCode }
        return mark
    }

    /// Everything that was read is decoded.
    private func settle() {
        isDecoding = false
        guard isOpen, let slot else { return }
        slot.write(mark, timeAsleep: lastTimeAsleep)
    }

    public func ready(_ readiness: Readiness) {
        read()
        settle()
        armTimer()
    }

    /// Reads and decodes what is there.
    ///
    /// - Returns: Whether that is all; false when others are to have their turn first, and at the end.
    @discardableResult
    private func read() -> Bool {
        for _ in 0..<Self.readsPerTurn where isOpen {
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            let count: Int
            slot?.isBeingRead()
            isDecoding = true
            do {
                count = try descriptor.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[partialBytes...]))
            } catch {
                if error.isWouldBlock { return true }
                end(error)
                return false
            }
            if count == 0 {
                end(nil)
                return false
            }
            let filled = partialBytes + count
            let events = filled / MemoryLayout<input_event>.stride
            if let slot, events > 0 { slot.wasRead(until: InputEvent(buffer[events - 1]).time) }
            var sleptUntil = events > 0 ? noticeSleep(before: InputEvent(buffer[0]).time) : nil
            for index in 0..<events {
                // Whoever was told may have closed the reader.
                guard isOpen else { return false }
                decode(InputEvent(buffer[index]))
                // A code that began before the sleep, and was read after it.
                if let time = sleptUntil, isOpen, decoder.deadline != nil {
                    sleptUntil = nil
                    interrupted(by: decoder.suspended(until: time))
                }
            }
            guard isOpen else { return false }
            partialBytes = filled % MemoryLayout<input_event>.stride
            if partialBytes > 0, events > 0 {
                bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[filled - partialBytes..<filled]))
            }
            if filled < bytes.count { return true }
        }
        return false
    }

    /// The events' clock stands still while the machine sleeps, so a code with a night in its middle looks whole.
    ///
    /// - Parameter first: The time of the first event that was read and not decoded yet; nil if there is none.
    /// - Returns: When a sleep has ended that may have come into the code that begins with that event; else nil.
    private func noticeSleep(before first: MonotonicTime?) -> MonotonicTime? {
        let asleep = timeAsleep()
        let hasSlept = asleep - lastTimeAsleep > Self.shortestSleep
        lastTimeAsleep = asleep
        guard hasSlept else { return nil }
        let now = MonotonicTime.now()
        if decoder.deadline != nil {
            interrupted(by: decoder.suspended(until: now))
        } else if let first, now.milliseconds(since: first) > Self.freshMilliseconds {
            return now
        }
        return nil
    }

    private func end(_ error: SystemError?) {
        close()
        onEnd(error)
    }

    /// One timer at a time, not moved for each key: when it fires early it is set anew.
    private func armTimer() {
        guard isOpen, timer == nil, let deadline = decoder.deadline ?? keys.deadline else { return }
        timer = loop.schedule(at: deadline.adding(milliseconds: 1)) { [weak self] in self?.pauseMayBeOver() }
    }

    private func pauseMayBeOver() {
        timer = nil
        _ = noticeSleep(before: nil)
        guard isOpen else { return }
        let now = MonotonicTime.now()
        // Keys may wait in the kernel that were pressed before this moment: a reader that was stopped sees the timer first.
        // With more in the kernel than one turn reads, the next turn decides.
        if read() { waited(until: now) }
        settle()
        armTimer()
    }

    // MARK: Codes and their keys

    private func decode(_ event: InputEvent) {
        if let action = decoder.received(event) { tell(action, keys.codeTold(decoder.boundaries)) }
        let lone = keys.received(event, decoder.boundaries, isIdle: decoder.deadline == nil)
        if let lone { handlers.onLone(lone, fate) }
        if handlers.gate.isOpen || keys.flow != nil, event.type == EventCode.synchronization { flow() }
    }

    private func waited(until now: MonotonicTime) {
        if let action = decoder.waited(until: now) { tell(action, keys.codeTold(decoder.boundaries)) }
        let hasCommand = decoder.hasCommandKeys
        guard decoder.deadline == nil, keys.deadline.map({ now > $0 }) ?? false else { return }
        if hasCommand { decoder.idled() }
        if let lone = keys.waited(until: now, decoder.boundaries, hasCommand: hasCommand) {
            handlers.onLone(lone, fate)
        }
    }

    private func interrupted(by action: ScanAction?) {
        let keys = keys.codeInterrupted(decoder.boundaries)
        if let action { tell(action, keys) }
    }

    private func tell(_ action: ScanAction, _ keys: CodeKeys) {
        askedBytes = 0
        fate = handlers.onAction(action, keys)
    }

    /// A packet is complete: what is decided already goes on at once.
    private func flow() {
        guard let partial = decoder.partialCode else { return }
        if let flow = keys.flow {
            handlers.onFlow(flow, keys.flowed(flow))
        } else if partial.text.count > askedBytes {
            askedBytes = partial.text.count
            if let flow = handlers.newFlow(partial) { handlers.onFlow(flow, keys.flowed(flow)) }
        }
    }
}
