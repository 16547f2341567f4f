import CUdev
import EventLoop
import Glibc
import SystemCalls

/// udev's view of the evdev nodes: which there are, and what happens to them.
///
/// The monitor is opened before the first enumeration, so that nothing falls between them, and listens to udev, not to the
/// kernel: only then are permissions and properties set.
final class UdevInput: EventSource {
    enum Change {
        case present(DeviceDescription)
        case removed(syspath: String)
        /// Events were lost (ENOBUFS): enumerate again and compare.
        case lostTrack
    }

    private let udev: OpaquePointer
    private let monitor: OpaquePointer
    private let loop: EventLoop
    private let onChange: (Change) -> Void

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
        try Self.check("udev_monitor_filter_add_match_subsystem_devtype") {
            udev_monitor_filter_add_match_subsystem_devtype(monitor, "input", nil)
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
        loop.unwatch(udev_monitor_get_fd(monitor))
    }

    func ready(_ readiness: Readiness) {
        // Bounded, so that a storm of events holds back no key.
        for _ in 0..<32 {
            errno = 0
            guard let device = udev_monitor_receive_device(monitor) else {
                if errno == ENOBUFS { onChange(.lostTrack) }
                return
            }
            defer { udev_device_unref(device) }
            report(device)
        }
    }

    private func report(_ device: OpaquePointer) {
        guard let syspath = Self.string(udev_device_get_syspath(device)) else { return }
        if Self.string(udev_device_get_action(device)) == "remove" {
            onChange(.removed(syspath: syspath))
        } else if let description = Self.describe(device) {
            onChange(.present(description))
        }
    }

    /// Every evdev node that udev knows now.
    ///
    /// A device that udev has not come to yet is among them, and has none of the properties that make a scanner: it is left
    /// alone until its event, which follows. The database entry that makes it initialized is the one that holds them.
    static func enumerate() throws(SystemError) -> [DeviceDescription] {
        guard let udev = udev_new() else { throw SystemError(call: "udev_new", errno: ENOMEM) }
        defer { udev_unref(udev) }
        guard let enumeration = udev_enumerate_new(udev) else {
            throw SystemError(call: "udev_enumerate_new", errno: ENOMEM)
        }
        defer { udev_enumerate_unref(enumeration) }
        try check("udev_enumerate_add_match_subsystem") { udev_enumerate_add_match_subsystem(enumeration, "input") }
        try check("udev_enumerate_add_match_sysname") { udev_enumerate_add_match_sysname(enumeration, "event*") }
        try check("udev_enumerate_scan_devices") { udev_enumerate_scan_devices(enumeration) }
        var devices: [DeviceDescription] = []
        var entry = udev_enumerate_get_list_entry(enumeration)
        while let current = entry {
            entry = udev_list_entry_get_next(current)
            guard let path = udev_list_entry_get_name(current), let device = udev_device_new_from_syspath(udev, path)
            else { continue }
            defer { udev_device_unref(device) }
            if let description = describe(device) { devices.append(description) }
        }
        return devices
    }

    private static func describe(_ device: OpaquePointer) -> DeviceDescription? {
        guard let node = string(udev_device_get_devnode(device)), node.hasPrefix("/dev/input/event"),
            let syspath = string(udev_device_get_syspath(device))
        else { return nil }
        let property = { (name: String) in string(udev_device_get_property_value(device, name)) ?? "" }
        // The pointer belongs to `device`.
        let parent = udev_device_get_parent_with_subsystem_devtype(device, "input", nil)
        let attribute = { (name: String) in parent.flatMap { string(udev_device_get_sysattr_value($0, name)) } ?? "" }
        let vendor = property("ID_VENDOR_ID")
        let product = property("ID_MODEL_ID")
        return DeviceDescription(
            syspath: syspath, node: node, deviceNumber: UInt64(udev_device_get_devnum(device)),
            vendor: (vendor.isEmpty ? attribute("id/vendor") : vendor).lowercased(),
            product: (product.isEmpty ? attribute("id/product") : product).lowercased(),
            serial: property("ID_SERIAL_SHORT"), name: attribute("name"), path: property("ID_PATH"),
            hasKeys: property("ID_INPUT_KEY") == "1" || property("ID_INPUT_KEYBOARD") == "1",
            isTagged: property("SCANBRIDGE_SCANNER") == "1")
    }

    private static func check(_ call: StaticString, _ body: () -> Int32) throws(SystemError) {
        let result = body()
        if result < 0 { throw SystemError(call: "\(call)", errno: -result) }
    }

    /// Hostile bytes in a device's strings become replacement characters; control characters and length are bounded.
    private static func string(_ text: UnsafePointer<CChar>?) -> String? {
        guard let text else { return nil }
        let scalars = String(cString: text).unicodeScalars.prefix(1024).map { scalar in
            scalar.value < 0x20 || scalar.value == 0x7F ? "\u{FFFD}" : scalar
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
