import CLinux
import EventLoop
import Glibc
import Keystrokes
import SystemCalls

/// Reads input events from a descriptor and decodes them, on the loop's thread: the path of a key.
///
/// The descriptor is an evdev node, or anything else that yields the kernel's 24-byte events. It is read with read(2) and not
/// through libevdev, which reads anew for each single event. Nothing is allocated until a code is complete.
public final class KeyReader: EventSource {
    private let descriptor: Descriptor
    private let loop: EventLoop
    private var decoder: ScanDecoder
    private let onAction: (ScanAction) -> Void
    private let onEnd: (SystemError?) -> Void
    private let buffer: UnsafeMutableBufferPointer<input_event>
    private var timer: TimerID?
    private var isOpen = true

    /// Larger than the kernel's buffer for a keyboard (64 events), so that one read empties it.
    private static let capacity = 128
    /// Reads in a row before others get their turn.
    private static let readsPerTurn = 8

    /// Starts reading.
    ///
    /// - Parameters:
    ///   - onAction: Told each scan and each damage, as soon as its last event is read.
    ///   - onEnd: Told once that no more can be read: nil at the end of a file, else the kernel's reason.
    public init(
        descriptor: consuming Descriptor, decoder: ScanDecoder, loop: EventLoop,
        onAction: @escaping (ScanAction) -> Void, onEnd: @escaping (SystemError?) -> Void
    ) throws(SystemError) {
        self.descriptor = descriptor
        self.decoder = decoder
        self.loop = loop
        self.onAction = onAction
        self.onEnd = onEnd
        buffer = .allocate(capacity: Self.capacity)
        buffer.initialize(repeating: input_event())
        try loop.watch(self.descriptor.number, for: [.readable], priority: .keys, source: self)
    }

    deinit {
        buffer.deallocate()
    }

    /// Stops reading; what was under way is told as damaged.
    public func close() {
        guard isOpen else { return }
        isOpen = false
        loop.unwatch(descriptor.number)
        if let timer { loop.cancel(timer) }
        if let action = decoder.unplugged() { onAction(action) }
    }

    public func ready(_ readiness: Readiness) {
        read()
        armTimer()
    }

    private func read() {
        for _ in 0..<Self.readsPerTurn where isOpen {
            let count: Int
            do {
                count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
            } catch {
                if !error.isWouldBlock { end(error) }
                return
            }
            if count == 0 { return end(nil) }
            for index in 0..<count / MemoryLayout<input_event>.stride {
                if let action = decoder.received(InputEvent(buffer[index])) { onAction(action) }
            }
            if count < buffer.count * MemoryLayout<input_event>.stride { return }
        }
    }

    private func end(_ error: SystemError?) {
        close()
        onEnd(error)
    }

    /// One timer at a time, not moved for each key: when it fires early it is set anew.
    private func armTimer() {
        guard isOpen, timer == nil, let deadline = decoder.deadline else { return }
        timer = loop.schedule(at: deadline.adding(milliseconds: 1)) { [weak self] in self?.pauseMayBeOver() }
    }

    private func pauseMayBeOver() {
        timer = nil
        let now = MonotonicTime.now()
        // Keys may wait in the kernel that were pressed before this moment: a reader that was stopped sees the timer first.
        read()
        guard isOpen else { return }
        if let action = decoder.waited(until: now) { onAction(action) }
        armTimer()
    }
}
