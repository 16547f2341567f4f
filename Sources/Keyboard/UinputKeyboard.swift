import CEvdev
import EventLoop
import Glibc
import Scanners
import SystemCalls

/// The virtual keyboard at the till: a device made with uinput, there as long as this value lives. When it goes, for whatever reason,
/// the kernel releases each key that is down on it.
public struct UinputKeyboard: ~Copyable {
    private let device: OpaquePointer
    private let descriptor: Descriptor

    /// Where devices are made.
    public static let path = "/dev/uinput"

    /// Makes the keyboard. What is typed in the next moments is lost to readers that have not found it yet, so it is made once, at the
    /// start.
    ///
    /// It has no autorepeat: a key that is down while a longer code waits for its turn must not come twice.
    ///
    /// - Throws: ENOENT if the kernel has no uinput, EACCES if it is forbidden, else the kernel's reason.
    public init() throws(SystemError) {
        let descriptor = try Descriptor.open(Self.path, O_WRONLY | O_NONBLOCK)
        guard let template = libevdev_new() else { throw SystemError(call: "libevdev_new", errno: ENOMEM) }
        defer { libevdev_free(template) }
        libevdev_set_name(template, VirtualKeyboard.name)
        libevdev_set_id_bustype(template, BUS_VIRTUAL)
        for key in VirtualKeyboard.keys {
            let result = libevdev_enable_event_code(template, UInt32(EV_KEY), UInt32(key), nil)
            guard result == 0 else { throw SystemError(call: "libevdev_enable_event_code", errno: EINVAL) }
        }
        var device: OpaquePointer?
        let result = libevdev_uinput_create_from_device(template, descriptor.number, &device)
        guard result == 0, let device else { throw SystemError(call: "UI_DEV_CREATE", errno: -result) }
        self.device = device
        self.descriptor = descriptor
    }

    deinit { libevdev_uinput_destroy(device) }

    /// Writes events; the kernel sets their time.
    func write(_ events: UnsafeRawBufferPointer) throws(SystemError) -> Int { try descriptor.write(events) }
}

extension Typist {
    /// A typist at a virtual keyboard that is made now.
    ///
    /// - Throws: As ``UinputKeyboard/init()`` does.
    public static func atVirtualKeyboard(
        loop: EventLoop, onFailure: @escaping (SystemError) -> Void
    ) throws(SystemError) -> Typist {
        let owner = Owner(try UinputKeyboard())
        return Typist(loop: loop, onFailure: onFailure) { events throws(SystemError) in try owner.keyboard.write(events)
        }
    }

    private final class Owner {
        let keyboard: UinputKeyboard
        init(_ keyboard: consuming UinputKeyboard) { self.keyboard = keyboard }
    }
}
