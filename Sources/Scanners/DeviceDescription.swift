import Keystrokes

/// What udev says of one evdev node.
public struct DeviceDescription: Equatable, Sendable {
    /// The node's path in sysfs, which no later device gets again.
    public var syspath: String
    /// For example `/dev/input/event5`.
    public var node: String
    /// The node's device number.
    public var deviceNumber: UInt64
    /// Four lower-case hexadecimal digits, or empty.
    public var vendor: String
    public var product: String
    /// The USB serial number, or empty.
    public var serial: String
    public var name: String
    /// udev's `ID_PATH` without the USB interface: the port that the device is plugged into. Empty for virtual devices.
    public var port: String
    /// udev's `ID_PATH`.
    public var path: String
    /// It has keys (`ID_INPUT_KEY` or `ID_INPUT_KEYBOARD`).
    public var hasKeys: Bool
    /// The project's udev rules took it for a scanner.
    public var isTagged: Bool

    public init(
        syspath: String, node: String, deviceNumber: UInt64, vendor: String, product: String, serial: String,
        name: String, path: String, hasKeys: Bool, isTagged: Bool
    ) {
        self.syspath = syspath
        self.node = node
        self.deviceNumber = deviceNumber
        self.vendor = vendor
        self.product = product
        self.serial = serial
        self.name = name
        self.path = path
        self.port = Self.port(of: path)
        self.hasKeys = hasKeys
        self.isTagged = isTagged
    }

    /// A name that survives replugging and tells equal scanners apart: by serial number, else by port. The nodes of one
    /// composite scanner share it.
    public var scannerID: String {
        let model = "\(vendor.isEmpty ? "0000" : vendor):\(product.isEmpty ? "0000" : product)"
        if !serial.isEmpty { return "\(model):\(serial)" }
        return port.isEmpty ? "\(model)@\(name)" : "\(model)@\(port)"
    }

    /// Takes the configuration and interface off an `ID_PATH` of USB: `…-usb-0:1.2:1.0` is bus, port and interface.
    private static func port(of path: String) -> String {
        let parts = path.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count > 1, parts[parts.count - 2].hasPrefix("usb"), let last = parts.last,
            last.utf8.count(where: { $0 == UInt8(ascii: ":") }) >= 2, let colon = path.lastIndex(of: ":")
        else { return path }
        return String(path[..<colon])
    }
}
