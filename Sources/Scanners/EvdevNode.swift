import CEvdev
import CLinux
import Glibc
import Keystrokes
import SystemCalls

/// An open evdev node before its events are read.
struct EvdevNode: ~Copyable {
    private let descriptor: Descriptor
    private let device: OpaquePointer

    /// Opens the node read-only, since a grab needs no more, and makes sure that it is the one that udev meant: its number may
    /// belong to another device by now.
    ///
    /// - Throws: ENODEV if it is another one, else the kernel's reason.
    init(_ description: DeviceDescription) throws(SystemError) {
        let descriptor = try Descriptor.open(description.node, O_RDONLY | O_NONBLOCK)
        var status = stat()
        let number = descriptor.number
        try systemCall("fstat") { fstat(number, &status) }
        // Another device's node. What is of another kind altogether fails at libevdev's ioctls; a test bed's terminals, which
        // have numbers of their own, answer them.
        let (found, meant) = (UInt64(status.st_rdev), description.deviceNumber)
        if found != meant, scanbridge_major(dev_t(found)) == scanbridge_major(dev_t(meant)) {
            throw SystemError(call: "fstat", errno: ENODEV)
        }
        var device: OpaquePointer?
        let result = libevdev_new_from_fd(number, &device)
        guard result == 0, let device else { throw SystemError(call: "libevdev_new_from_fd", errno: -result) }
        // Right after the opening, since it flushes what is queued.
        _ = libevdev_set_clock_id(device, CLOCK_MONOTONIC)
        // Kernels before 4.4 have no masks; there the buffer holds 9 digits instead of 14, and overflows are noticed.
        _ = scanbridge_evdev_mask_misc(number)
        self.descriptor = descriptor
        self.device = device
    }

    deinit {
        libevdev_free(device)
    }

    /// The keys that are down now. Asking flushes the queued ones.
    func keysDown() -> [UInt16] {
        var bits = [UInt8](repeating: 0, count: Int(SCANBRIDGE_KEY_BYTES))
        guard scanbridge_evdev_keys_down(descriptor.number, &bits) >= 0 else { return [] }
        var keys: [UInt16] = []
        for key in 0...EventCode.lastKey where bits[Int(key / 8)] >> UInt8(key % 8) & 1 == 1 { keys.append(key) }
        return keys
    }

    /// Takes the node for this program alone.
    func grab() throws(SystemError) {
        let result = libevdev_grab(device, LIBEVDEV_GRAB)
        if result < 0 { throw SystemError(call: "EVIOCGRAB", errno: -result) }
    }

    /// Throws away what is queued.
    ///
    /// - Returns: Whether keys were among it.
    func drain() throws(SystemError) -> Bool {
        var sawKeys = false
        var events = [input_event](repeating: input_event(), count: 64)
        while true {
            let count: Int
            do {
                count = try descriptor.readEvents(into: &events)
            } catch {
                if error.isWouldBlock { return sawKeys }
                throw error
            }
            if count == 0 { return sawKeys }
            sawKeys = sawKeys || events.prefix(count).contains { $0.type == EventCode.key }
        }
    }

    /// Gives the descriptor to whoever reads the events; the grab belongs to it and stays.
    func duplicate() throws(SystemError) -> Descriptor {
        Descriptor(owning: try systemCall("fcntl") { fcntl(descriptor.number, F_DUPFD_CLOEXEC, 3) })
    }
}
