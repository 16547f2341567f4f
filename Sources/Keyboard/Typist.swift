import CEvdev
import EventLoop
import Glibc
import PassThrough
import SystemCalls

/// Types on the virtual keyboard what ``TypingQueue`` says, on the loop's thread.
public final class Typist {
    /// Takes the kernel's `struct input_event`s, whole ones, and says how many bytes it took.
    public typealias Write = (UnsafeRawBufferPointer) throws(SystemError) -> Int

    private let write: Write
    private let loop: EventLoop
    private let onFailure: (SystemError) -> Void
    private var queue = TypingQueue()
    private var burst: [KeyStep] = []
    private let events: UnsafeMutableBufferPointer<input_event>
    private var timer: TimerID?
    private var isBroken = false

    private static let capacity = 64

    /// - Parameter onFailure: Told once, when the keyboard takes nothing any more; what waited is gone.
    public init(loop: EventLoop, onFailure: @escaping (SystemError) -> Void, write: @escaping Write) {
        self.write = write
        self.loop = loop
        self.onFailure = onFailure
        burst.reserveCapacity(Self.capacity)
        events = .allocate(capacity: Self.capacity)
        events.initialize(repeating: input_event())
    }

    deinit { events.deallocate() }

    /// Types a whole code, now or behind those that wait.
    ///
    /// - Returns: False if there is no room for it, or no keyboard.
    public func type(_ steps: [KeyStep]) -> Bool {
        guard !isBroken, queue.typed(steps) else { return false }
        pump()
        return !isBroken
    }

    /// Begins to type a code that is still being scanned.
    public func beginFlow(_ flow: Int, _ steps: [KeyStep]) -> Bool {
        guard !isBroken, queue.flowBegan(flow, steps) else { return false }
        pump()
        return !isBroken
    }

    public func flow(_ flow: Int, _ steps: [KeyStep]) {
        queue.flowed(flow, steps)
        pump()
    }

    /// - Returns: False if the keyboard has gone meanwhile.
    public func endFlow(_ flow: Int, _ steps: [KeyStep]) -> Bool {
        guard queue.flowEnded(flow, steps) else { return false }
        pump()
        return !isBroken
    }

    /// What flowed turned out not to be for the till: no more of it, and its keys go up.
    public func breakFlow(_ flow: Int) {
        queue.flowBroke(flow)
        pump()
    }

    /// Types what waits, for so long at most, while the caller waits: what a scanner has scanned is to reach the till.
    public func finish(withinMilliseconds milliseconds: Int) {
        let end = MonotonicTime.now().adding(milliseconds: milliseconds)
        while !isBroken, let deadline = queue.deadline, deadline < end {
            let wait = deadline.microseconds(since: .now())
            if wait > 0 { usleep(useconds_t(clamping: wait)) }
            pump()
        }
    }

    /// Types nothing any more.
    public func stop() {
        isBroken = true
        queue.removeAll()
        if let timer { loop.cancel(timer) }
        timer = nil
    }

    private func pump() {
        burst.removeAll(keepingCapacity: true)
        while !isBroken, queue.takeBurst(at: .now(), into: &burst) {
            do throws(SystemError) {
                try writeBurst()
            } catch {
                stop()
                onFailure(error)
            }
            burst.removeAll(keepingCapacity: true)
        }
        guard !isBroken, timer == nil, let deadline = queue.deadline else { return }
        timer = loop.schedule(at: deadline) { [weak self] in
            self?.timer = nil
            self?.pump()
        }
    }

    private func writeBurst() throws(SystemError) {
        let count = min(burst.count, events.count)
        for (index, step) in burst.prefix(count).enumerated() {
            events[index].type = UInt16(step.key == nil ? EV_SYN : EV_KEY)
            events[index].code = step.key ?? UInt16(SYN_REPORT)
            events[index].value = step.isDown ? 1 : 0
        }
        var rest = UnsafeRawBufferPointer(events)[..<(count * MemoryLayout<input_event>.stride)]
        while !rest.isEmpty {
            let written = try write(UnsafeRawBufferPointer(rebasing: rest))
            guard written > 0 else { throw SystemError(call: "write", errno: EIO) }
            rest = rest.dropFirst(written)
        }
    }
}
