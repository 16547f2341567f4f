import CEvdev
import CLinux
import Glibc
import Keystrokes
import SystemCalls

/// An open evdev node before its events are read.
struct EvdevNode: ~Copyable {
    private let descriptor: Descriptor
    private let device: OpaquePointer

    /// Opens the node, for writing too if that is allowed, although a grab needs no more than reading: see
    /// ``putCapsLockOut()``. Makes sure that it is the one that udev meant: its number may
    /// belong to another device by now.
    ///
    /// - Throws: ENODEV if it is another one, else the kernel's reason.
    init(_ description: DeviceDescription) throws(SystemError) {
        let descriptor = try Self.opened(description.node)
        let number = descriptor.number
        let isInputNode = try Self.checkNumber(of: number, description)
        var device: OpaquePointer?
        let result = libevdev_new_from_fd(number, &device)
        guard result == 0, let device else { throw SystemError(call: "libevdev_new_from_fd", errno: -result) }
        do throws(SystemError) {
            try Self.checkNames(
                DeviceText.clean(libevdev_get_name(device)) ?? "",
                DeviceText.hexadecimal(libevdev_get_id_vendor(device)),
                DeviceText.hexadecimal(libevdev_get_id_product(device)), description)
            // Right after the opening, since it flushes what is queued. Without it pauses could not be told.
            let result = libevdev_set_clock_id(device, CLOCK_MONOTONIC)
            // A test bed's terminals have the clock that they have.
            if result < 0, isInputNode { throw SystemError(call: "EVIOCSCLOCKID", errno: -result) }
        } catch {
            libevdev_free(device)
            throw error
        }
        // Kernels before 4.4 have no masks; there the buffer holds 9 digits instead of 14, and overflows are noticed.
        _ = scanbridge_evdev_mask_misc(number)
        self.descriptor = descriptor
        self.device = device
    }

    deinit {
        libevdev_free(device)
    }

    private static func opened(_ node: String) throws(SystemError) -> Descriptor {
        do throws(SystemError) {
            return try Descriptor.open(node, O_RDWR | O_NONBLOCK)
        } catch {
            guard [EACCES, EPERM, EROFS].contains(error.errno) else { throw error }
            return try Descriptor.open(node, O_RDONLY | O_NONBLOCK)
        }
    }

    /// The number must be the one that udev told, and sysfs must say that it is this device's still: when a scanner is gone, the
    /// next device gets its number. From here on the descriptor is bound to the device, not to the number.
    ///
    /// - Returns: Whether it is a node of the kernel's input devices. What is of another kind altogether fails at libevdev's
    ///   ioctls; a test bed's terminals, which have numbers of their own, answer them.
    private static func checkNumber(
        of descriptor: Int32, _ description: DeviceDescription
    ) throws(SystemError) -> Bool {
        var status = stat()
        try systemCall("fstat") { fstat(descriptor, &status) }
        let (found, meant) = (dev_t(status.st_rdev), dev_t(description.deviceNumber))
        if found != meant, scanbridge_major(found) == scanbridge_major(meant) {
            throw SystemError(call: "fstat", errno: ENODEV)
        }
        let link = "/sys/dev/char/\(scanbridge_major(found)):\(scanbridge_minor(found))"
        // Without a link the number is nobody's: what was opened is gone by now, or in a test bed.
        if let target = try target(of: link), target != description.syspath {
            throw SystemError(call: "readlink", errno: ENODEV)
        }
        return scanbridge_major(found) == UInt32(SCANBRIDGE_INPUT_MAJOR)
    }

    /// Where a link in `/sys/dev/char` leads; nil if there is none.
    private static func target(of link: String) throws(SystemError) -> String? {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        do throws(SystemError) {
            let count = try systemCall("readlink") { readlink(link, &bytes, bytes.count) }
            let target = String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            // It is relative: `../../devices/…`.
            return target.hasPrefix("../../") ? "/sys/" + target.dropFirst(6) : target
        } catch {
            if error.errno == ENOENT { return nil }
            throw error
        }
    }

    /// What the node says of itself must agree with what udev knows of the device.
    private static func checkNames(
        _ name: String, _ vendor: String, _ product: String, _ description: DeviceDescription
    ) throws(SystemError) {
        guard description.name.isEmpty || description.name == name,
            description.inputVendor.isEmpty || description.inputVendor == vendor,
            description.inputProduct.isEmpty || description.inputProduct == product
        else { throw SystemError(call: "EVIOCGNAME", errno: ENODEV) }
    }

    /// The keys that are down now. Asking flushes the queued ones.
    func keysDown() throws(SystemError) -> [UInt16] {
        var bits = [UInt8](repeating: 0, count: Int(SCANBRIDGE_KEY_BYTES))
        let number = descriptor.number
        try systemCall("EVIOCGKEY") { scanbridge_evdev_keys_down(number, &bits) }
        var keys: [UInt16] = []
        for key in 0...EventCode.lastKey where bits[Int(key / 8)] >> UInt8(key % 8) & 1 == 1 { keys.append(key) }
        return keys
    }

    /// Puts the light of Caps Lock out, if it is lit. Some scanners type the other case while it is, and under a grab nobody else
    /// can change it.
    ///
    /// - Throws: EBADF if the node may not be written, and the kernel's reason if it refuses.
    func putCapsLockOut() throws(SystemError) { try Self.putCapsLockOut(descriptor) }

    /// Asking flushes queued events of lights, and no others.
    static func putCapsLockOut(_ descriptor: borrowing Descriptor) throws(SystemError) {
        var bits = [UInt8](repeating: 0, count: Int(SCANBRIDGE_LED_BYTES))
        let number = descriptor.number
        try systemCall("EVIOCGLED") { scanbridge_evdev_leds(number, &bits) }
        guard bits[Int(EventCode.ledCapsLock / 8)] >> UInt8(EventCode.ledCapsLock % 8) & 1 == 1 else { return }
        var events = [input_event(), input_event()]
        events[0].type = EventCode.led
        events[0].code = EventCode.ledCapsLock
        events[1].type = EventCode.synchronization
        _ = try systemCall("EV_LED") {
            events.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
        }
    }

    /// Makes sure that a descriptor that an earlier process has left is this very device's, and that the device is there: the number that
    /// it had may be another one's by now. Asks nothing that would flush what is queued.
    ///
    /// - Throws: ENODEV if it is another one's or the device is gone, else the kernel's reason.
    static func check(_ descriptor: borrowing Descriptor, is description: DeviceDescription) throws(SystemError) {
        let number = descriptor.number
        // A test bed's terminals answer no questions.
        guard try checkNumber(of: number, description) else { return }
        var name = [CChar](repeating: 0, count: 256)
        try systemCall("EVIOCGNAME") { scanbridge_evdev_ask(number, 0x06, &name, name.count - 1) }
        var ids = input_id()
        try systemCall("EVIOCGID") { scanbridge_evdev_ask(number, 0x02, &ids, MemoryLayout<input_id>.size) }
        try checkNames(
            DeviceText.clean(name.withUnsafeBufferPointer { $0.baseAddress }) ?? "",
            DeviceText.hexadecimal(Int32(ids.vendor)), DeviceText.hexadecimal(Int32(ids.product)), description)
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
        try descriptor.duplicate()
    }
}
