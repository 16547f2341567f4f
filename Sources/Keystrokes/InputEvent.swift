import CLinux
import SystemCalls

/// One event of an evdev node: the kernel's `struct input_event`.
public struct InputEvent: Equatable, Sendable {
    /// When the kernel saw it, on CLOCK_MONOTONIC.
    public var time: MonotonicTime
    /// EV_KEY, EV_SYN and so on (`linux/input-event-codes.h`).
    public var type: UInt16
    /// For EV_KEY the keycode.
    public var code: UInt16
    /// For EV_KEY 1 is down, 0 up and 2 autorepeat.
    public var value: Int32

    public init(time: MonotonicTime, type: UInt16, code: UInt16, value: Int32) {
        self.time = time
        self.type = type
        self.code = code
        self.value = value
    }

    /// Takes over what read(2) has delivered.
    @inlinable
    public init(_ event: input_event) {
        time = MonotonicTime(microseconds: Int64(event.time.tv_sec) &* 1_000_000 &+ Int64(event.time.tv_usec))
        type = event.type
        code = event.code
        value = event.value
    }
}

/// The few codes of `linux/input-event-codes.h` that decoding speaks of by name.
public enum EventCode {
    public static let synchronization: UInt16 = 0x00
    public static let key: UInt16 = 0x01
    public static let miscellaneous: UInt16 = 0x04
    public static let led: UInt16 = 0x11
    public static let synReport: UInt16 = 0
    public static let synDropped: UInt16 = 3
    /// MSC_SCAN: the HID usage or other code that the next key event came of.
    public static let scanCode: UInt16 = 4
    public static let ledCapsLock: UInt16 = 1
    /// Keycodes above it (buttons, gamepads) type nothing in any layout.
    public static let lastTypingKey: UInt16 = 255
    /// KEY_MAX.
    public static let lastKey: UInt16 = 0x2FF
}
