import CEvdev
import CLinux
import Glibc
import Keystrokes
import SystemCalls

/// Reads a node's events one batch at a time, waiting, for a recording.
public final class EventRecorder {
    /// What the node says of itself.
    public let answers: EvdevAnswers
    private let descriptor: Descriptor

    /// Opens `node`.
    ///
    /// - Parameter grabbing: Whether the node is taken for this program alone, so that what is scanned is typed into no other.
    /// - Throws: ENOTTY if it is no evdev node, EBUSY if it is to be grabbed and another program has it, else the kernel's reason.
    public init(node: String, grabbing: Bool = false) throws(SystemError) {
        let descriptor = try Descriptor.open(node, O_RDONLY | O_NONBLOCK)
        var device: OpaquePointer?
        let result = libevdev_new_from_fd(descriptor.number, &device)
        guard result == 0, let device else { throw SystemError(call: "libevdev_new_from_fd", errno: -result) }
        defer { libevdev_free(device) }
        // Right after the opening, since it flushes what is queued.
        _ = libevdev_set_clock_id(device, CLOCK_MONOTONIC)
        if grabbing {
            // The grab belongs to the descriptor, which lives on.
            let result = libevdev_grab(device, LIBEVDEV_GRAB)
            if result < 0 { throw SystemError(call: "EVIOCGRAB", errno: -result) }
        }
        answers = try EvdevAnswers(of: descriptor)
        self.descriptor = descriptor
    }

    /// Waits for the next events; nil when the device is gone.
    public func next() throws(SystemError) -> [InputEvent]? {
        while true {
            try Self.wait(for: [self])
            if let events = try read(), !events.isEmpty { return events }
            if isGone { return nil }
        }
    }

    /// Whether reading has found that the device is no longer there.
    public private(set) var isGone = false

    /// What the node has now, without waiting; nil when the device is gone.
    public func read() throws(SystemError) -> [InputEvent]? {
        var buffer = [input_event](repeating: input_event(), count: 64)
        let count: Int
        do {
            count = try descriptor.readEvents(into: &buffer)
        } catch {
            if error.isWouldBlock { return [] }
            guard error.errno == ENODEV else { throw error }
            isGone = true
            return nil
        }
        isGone = count == 0
        return isGone ? nil : buffer.prefix(count).map { InputEvent($0) }
    }

    /// Waits until one of the recorders has something to read, at most until `deadline`.
    public static func wait(
        for recorders: [EventRecorder], until deadline: MonotonicTime? = nil
    ) throws(SystemError) {
        var descriptors = recorders.map { pollfd(fd: $0.descriptor.number, events: Int16(POLLIN), revents: 0) }
        // Rounded up, so that the time has come when the wait is over.
        let milliseconds = deadline.map { max(0, $0.milliseconds(since: .now()) + 1) } ?? -1
        try systemCall("poll") { poll(&descriptors, nfds_t(descriptors.count), Int32(clamping: milliseconds)) }
    }
}
