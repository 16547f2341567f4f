import CUdev
import EventLoop
import Glibc
import SystemCalls

/// udev's view of the evdev nodes and of USB scanners that have none: which there are, and what happens to them.
///
/// The monitor is opened before the first enumeration, so that nothing falls between them, and listens to udev, not to the
/// kernel: only then are permissions and properties set.
final class UdevInput: EventSource {
    enum Change {
        case present(DeviceDescription)
        case removed(syspath: String)
        /// Something about the devices was not heard: enumerate again and compare.
        case lostTrack
        /// The monitor fails: it is to be closed, and another one made.
        case failed(SystemError)
    }

    /// The devices that there are.
    struct Inventory {
        var devices: [DeviceDescription] = []
        /// Paths of devices that are there, of which nothing could be learnt now.
        var unreadable: Set<String> = []
    }

    private let udev: OpaquePointer
    private let monitor: OpaquePointer
    private let loop: EventLoop
    private let onChange: (Change) -> Void
    private var isOpen = true

    init(loop: EventLoop, onChange: @escaping (Change) -> Void) throws(SystemError) {
        guard let udev = udev_new() else { throw SystemError(call: "udev_new", errno: ENOMEM) }
        guard let monitor = udev_monitor_new_from_netlink(udev, "udev") else {
            let reason = errno
            udev_unref(udev)
            throw SystemError(call: "udev_monitor_new_from_netlink", errno: reason == 0 ? EINVAL : reason)
        }
        self.udev = udev
        self.monitor = monitor
        self.loop = loop
        self.onChange = onChange
        // A USB device's event comes before its interfaces are there; those of "hid" tell when their descriptors can be read.
        for (subsystem, type) in [("input", nil), ("usb", "usb_device"), ("hid", nil)] as [(String, String?)] {
            try Self.check("udev_monitor_filter_add_match_subsystem_devtype") {
                udev_monitor_filter_add_match_subsystem_devtype(monitor, subsystem, type)
            }
        }
        // Room for a storm of events; without the privilege for it the default stays.
        _ = udev_monitor_set_receive_buffer_size(monitor, 1 << 20)
        try Self.check("udev_monitor_enable_receiving") { udev_monitor_enable_receiving(monitor) }
        try loop.watch(udev_monitor_get_fd(monitor), for: [.readable], source: self)
    }

    deinit {
        udev_monitor_unref(monitor)
        udev_unref(udev)
    }

    func close() {
        guard isOpen else { return }
        isOpen = false
        loop.unwatch(udev_monitor_get_fd(monitor))
    }

    func ready(_ readiness: Readiness) {
        // Bounded, so that a storm of events holds back no key.
        for _ in 0..<32 where isOpen {
            errno = 0
            guard let device = udev_monitor_receive_device(monitor) else {
                switch errno {
                case 0, EAGAIN, EINTR: break
                case ENOBUFS: onChange(.lostTrack)
                default: onChange(.failed(SystemError(call: "udev_monitor_receive_device", errno: errno)))
                }
                return
            }
            report(UdevDevice(owning: device))
        }
    }

    private func report(_ device: borrowing UdevDevice) {
        let isRemoval = device.action == "remove"
        if device.subsystem != "input" {
            // What goes with a HID device is told by the USB device's own end.
            if isRemoval, device.subsystem == "usb", let syspath = device.syspath {
                onChange(.removed(syspath: syspath))
            } else if !isRemoval, let (syspath, description) = device.usbScanner() {
                onChange(description.map { .present($0) } ?? .removed(syspath: syspath))
            }
        } else if isRemoval {
            if let syspath = device.syspath { onChange(.removed(syspath: syspath)) }
        } else {
            do {
                if let description = try device.inputNode() { onChange(.present(description)) }
            } catch {
                onChange(.lostTrack)
            }
        }
    }

    /// Every evdev node and every USB scanner that udev knows now.
    ///
    /// A device that udev has not come to yet is among them, and has none of the properties that make a scanner: it is left
    /// alone until its event, which follows. The database entry that makes it initialized is the one that holds them.
    static func enumerate() throws(SystemError) -> Inventory {
        var inventory = Inventory()
        try visit("input", { udev_enumerate_add_match_sysname($0, "event*") }, &inventory, Self.inputNode)
        try visit(
            "usb", { udev_enumerate_add_match_property($0, "DEVTYPE", "usb_device") }, &inventory, Self.usbScanner)
        return inventory
    }

    private static func inputNode(_ device: borrowing UdevDevice) throws(SystemError) -> DeviceDescription? {
        try device.inputNode()
    }

    private static func usbScanner(_ device: borrowing UdevDevice) -> DeviceDescription? {
        device.usbScanner()?.description
    }

    /// Describes all devices of a subsystem that `narrow` leaves.
    private static func visit(
        _ subsystem: String, _ narrow: (OpaquePointer) -> Int32, _ inventory: inout Inventory,
        _ describe: (borrowing UdevDevice) throws(SystemError) -> DeviceDescription?
    ) throws(SystemError) {
        guard let udev = udev_new() else { throw SystemError(call: "udev_new", errno: ENOMEM) }
        defer { udev_unref(udev) }
        guard let enumeration = udev_enumerate_new(udev) else {
            throw SystemError(call: "udev_enumerate_new", errno: ENOMEM)
        }
        defer { udev_enumerate_unref(enumeration) }
        try check("udev_enumerate_add_match_subsystem") { udev_enumerate_add_match_subsystem(enumeration, subsystem) }
        try check("udev_enumerate_add_match") { narrow(enumeration) }
        try check("udev_enumerate_scan_devices") { udev_enumerate_scan_devices(enumeration) }
        var entry = udev_enumerate_get_list_entry(enumeration)
        while let current = entry {
            entry = udev_list_entry_get_next(current)
            guard let path = udev_list_entry_get_name(current) else { continue }
            do {
                let device = try UdevDevice(udev: udev, syspath: path)
                if let description = try describe(device) { inventory.devices.append(description) }
            } catch {
                // One that has gone meanwhile is missing rightly.
                if error.errno != ENODEV, error.errno != ENOENT { inventory.unreadable.insert(String(cString: path)) }
            }
        }
    }

    private static func check(_ call: StaticString, _ body: () -> Int32) throws(SystemError) {
        let result = body()
        if result < 0 { throw SystemError(call: "\(call)", errno: -result) }
    }
}
