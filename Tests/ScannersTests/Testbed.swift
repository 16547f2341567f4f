import CLinux
import CUmockdev
import FoundationEssentials
import Glibc
import Keystrokes
import Synchronization
import SystemCalls
import Testing

/// The process's one umockdev test bed: a mock /sys and /dev/input for udev and evdev, which needs no privileges.
///
/// There can be one a process, and a node's name cannot be used twice, so each device gets a number of its own.
// @unchecked: the bed is only used inside `lock`.
final class Testbed: @unchecked Sendable {
    /// Whether this process runs under `umockdev-wrapper`; says so, loudly, when it does not.
    static let isAvailable: Bool = {
        // umockdev_in_mock_environment() is true only once there is a test bed, and making one without the wrapper aborts.
        if let preloaded = getenv("LD_PRELOAD"), String(cString: preloaded).contains("libumockdev-preload") {
            return true
        }
        let message = """

            !!!! SKIPPED: the tests of discovery, hotplug and reading through udev and evdev did not run.
            !!!! Run them with: swift build --build-tests && umockdev-wrapper swift test --skip-build


            """
        _ = Array(message.utf8).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
        return false
    }()

    static let shared = Testbed()

    private let bed: UnsafeMutablePointer<UMockdevTestbed>?
    private let lock = Mutex(0)

    private init() {
        bed = umockdev_testbed_new()
    }

    /// Plugs a device in and has udev come to it, as with one that was there before anybody looked.
    ///
    /// umockdev tells of the bare device, as the kernel would; the event that comes with udev's properties is to be sent with
    /// ``uevent(_:_:)``.
    func add(_ device: MockDevice) throws -> PluggedDevice {
        try lock.withLock { count in
            count += 1
            let plugged = PluggedDevice(device: device, event: count)
            let answers = try plugged.fill("keyboard.ioctl")
            let path = "/tmp/scanbridge-\(getpid())-\(count).ioctl"
            try Descriptor.open(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600).writeAll(Array(answers.utf8))
            defer { unlink(path) }
            // Before the device: adding it makes the node.
            try check(scanbridge_umockdev_load_ioctl(bed, plugged.node, path))
            try check(scanbridge_umockdev_add(bed, plugged.fill("keyboard.umockdev")))
            try initialize(plugged)
            return plugged
        }
    }

    /// Tells udev's listeners of a device.
    func uevent(_ device: PluggedDevice, _ action: String) {
        lock.withLock { _ in umockdev_testbed_uevent(bed, device.syspath, action) }
    }

    /// Has the project's udev rules take a device for a scanner, and udev tell of it.
    func tag(_ device: PluggedDevice) {
        set("SCANBRIDGE_SCANNER", "1", of: device)
        uevent(device, "add")
    }

    /// Changes a property that udev has of a device; an event tells of it, if one is sent.
    func set(_ property: String, _ value: String, of device: PluggedDevice) {
        lock.withLock { _ in umockdev_testbed_set_property(bed, device.syspath, property, value) }
    }

    /// Lets whoever reads the device see its end, as when it was unplugged and udev has not come to it yet.
    func hangUp(_ device: PluggedDevice) throws {
        try lock.withLock { _ in
            // Left open, so that the pseudo terminal's number is not given out again: umockdev aborts when it is.
            try systemCall("open") { open(device.node, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) }
            // The kernel takes a device out of sysfs before its readers see the end.
            try systemCall("rename") { rename(path(of: device), path(of: device) + hidden) }
            let null = try Descriptor.open("/dev/null", O_RDWR)
            // The number stays umockdev's own.
            try systemCall("dup2") { dup2(null.number, umockdev_testbed_get_dev_fd(bed, device.node)) }
        }
    }

    /// Has sysfs say that the number of a device's node belongs to another device.
    func giveNumber(of device: PluggedDevice, to other: PluggedDevice) throws {
        try lock.withLock { _ in
            let number = try Self.number(of: device)
            let link = "\(root)/sys/dev/char/\(scanbridge_major(number)):\(scanbridge_minor(number))"
            unlink(link)
            try systemCall("symlink") { symlink("../../" + other.syspath.dropFirst(5), link) }
        }
    }

    /// Plugs USB devices in that have no evdev node, from umockdev's description.
    func add(usb description: String) throws {
        try lock.withLock { _ in try check(scanbridge_umockdev_add(bed, description)) }
    }

    /// Tells udev's listeners of a device by its path, and takes it away if that is what there is to tell.
    func uevent(_ syspath: String, _ action: String) {
        lock.withLock { _ in
            umockdev_testbed_uevent(bed, syspath, action)
            if action == "remove" { umockdev_testbed_remove_device(bed, syspath) }
        }
    }

    private var root: String { umockdev_testbed_get_root_dir(bed).map { String(cString: $0) } ?? "" }
    private var hidden: String { ".gone" }
    private func path(of device: PluggedDevice) -> String { root + device.syspath }

    /// Unplugs a device, which has udev tell of it.
    func remove(_ device: PluggedDevice) {
        // If it has hung up, umockdev needs its files once more.
        lock.withLock { _ in _ = rename(path(of: device) + hidden, path(of: device)) }
        uevent(device, "remove")
        lock.withLock { _ in umockdev_testbed_remove_device(bed, device.syspath) }
    }

    /// Has a device deliver events.
    func type(_ events: [InputEvent], on device: PluggedDevice) throws {
        let descriptor = lock.withLock { _ in umockdev_testbed_get_dev_fd(bed, device.node) }
        var rest = events.bytes[...]
        while !rest.isEmpty {
            let count = try systemCall("write") { rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } }
            rest = rest.dropFirst(count)
        }
    }

    /// Gives a device its properties, and the number that its node really has: umockdev answers stat(2) for its pseudo
    /// terminals, but not fstat(2).
    private func initialize(_ device: PluggedDevice) throws {
        let number = try Self.number(of: device)
        let properties = device.properties.merging([
            "MAJOR": "\(scanbridge_major(number))", "MINOR": "\(scanbridge_minor(number))",
        ]) { $1 }
        // The tag last: the service may look at any time, and udev gives all of them at once.
        let inOrder = properties.sorted {
            ($0.key == "SCANBRIDGE_SCANNER" ? 1 : 0, $0.key) < ($1.key == "SCANBRIDGE_SCANNER" ? 1 : 0, $1.key)
        }
        for (name, value) in inOrder { umockdev_testbed_set_property(bed, device.syspath, name, value) }
    }

    private static func number(of device: PluggedDevice) throws(SystemError) -> dev_t {
        let node = try Descriptor.open(device.node, O_RDONLY | O_NONBLOCK | O_NOCTTY)
        let number = node.number
        var status = stat()
        try systemCall("fstat") { fstat(number, &status) }
        return status.st_rdev
    }

    private func check(_ message: UnsafeMutablePointer<CChar>?) throws {
        guard let message else { return }
        defer { scanbridge_umockdev_free(message) }
        throw TestbedError(message: String(cString: message))
    }
}

struct TestbedError: Error {
    let message: String
}

/// A USB keyboard, which may be a scanner.
struct MockDevice: Sendable {
    var vendor = "0c2e"
    var product = "0c81"
    var name = "Honeywell 1950g"
    /// What the node itself says its name is; nil for the same.
    var answeredName: String?
    /// The USB port.
    var port = "1"
    /// What udev's rules add, for example SCANBRIDGE_SCANNER.
    var properties: [String: String] = [:]

    static let tagged = MockDevice(properties: ["SCANBRIDGE_SCANNER": "1"])
    static let keyboard = MockDevice(vendor: "046d", product: "c31c", name: "Logitech K120")
}

/// A device in the test bed.
struct PluggedDevice: Sendable {
    let device: MockDevice
    let event: Int

    var node: String { "/dev/input/event\(event)" }
    var syspath: String {
        "/sys/devices/pci0000:00/usb1/1-\(device.port)/1-\(device.port):1.0/input/input\(event)/event\(event)"
    }
    /// The id that the service gives it.
    var id: String { "\(device.vendor):\(device.product)@pci-0000:00:14.0-usb-0:\(device.port)" }

    /// What udev's own rules and those of the project say of it.
    var properties: [String: String] {
        let udev = [
            "ID_BUS": "usb", "ID_INPUT": "1", "ID_INPUT_KEY": "1", "ID_INPUT_KEYBOARD": "1",
            "ID_VENDOR_ID": device.vendor,
            "ID_MODEL_ID": device.product, "ID_PATH": "pci-0000:00:14.0-usb-0:\(device.port):1.0",
        ]
        return udev.merging(device.properties) { $1 }
    }

    /// EVIOCGID's answer: bus, vendor, product and version, the lower byte first.
    private var answeredIDs: String {
        "0300" + [device.vendor, device.product].map { "\($0.suffix(2))\($0.prefix(2))".uppercased() }.joined() + "1101"
    }

    /// EVIOCGNAME's answer: the length with the final zero, and the 255 bytes that are asked for.
    private var answeredName: String {
        let bytes = Array((device.answeredName ?? device.name).utf8)
        let digits = (bytes + [UInt8](repeating: 0, count: 255 - bytes.count)).map { byte in
            String(byte >> 4, radix: 16, uppercase: true) + String(byte & 15, radix: 16, uppercase: true)
        }
        return "\(bytes.count + 1) \(digits.joined())"
    }

    /// A fixture with this device's values in it.
    func fill(_ fixture: String) throws -> String {
        let path = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        var text = try String(contentsOfFile: "/\(path)/Fixtures/\(fixture)", encoding: .utf8)
        let values = [
            "event": "\(event)", "minor": "\(64 + event)", "vendor": device.vendor, "product": device.product,
            "name": device.name, "port": device.port, "ids": answeredIDs, "named": answeredName,
        ]
        for (key, value) in values { text = text.replacing("{\(key)}", with: value) }
        return text
    }
}
