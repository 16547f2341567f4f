import Keystrokes

/// What udev says of one device: an evdev node, or a USB device that is a scanner and has no keyboard.
public struct DeviceDescription: Equatable, Sendable {
    /// The device's path in sysfs. No later evdev node gets the same again.
    public var syspath: String
    /// For example `/dev/input/event5`.
    public var node: String
    /// The node's device number.
    public var deviceNumber: UInt64
    /// Four lower-case hexadecimal digits, or empty.
    public var vendor: String
    public var product: String
    /// The ids that the input device itself has, or empty: a wireless receiver's are other than those above.
    public var inputVendor: String
    public var inputProduct: String
    /// The USB serial number, the Bluetooth address, or empty.
    public var serial: String
    /// The name as the kernel has it.
    public var name: String
    /// udev's `ID_PATH` without the USB interface: the port that the device is plugged into. Empty for virtual devices.
    public var port: String
    /// udev's `ID_PATH`.
    public var path: String
    /// It has keys (`ID_INPUT_KEY` or `ID_INPUT_KEYBOARD`).
    public var hasKeys: Bool
    /// It has those of a whole keyboard (`ID_INPUT_KEYBOARD`). The other nodes of a scanner type nothing, as a rule.
    public var isKeyboard: Bool
    /// The project's udev rules took it for a scanner.
    public var isTagged: Bool
    /// The local udev rules say that it is none (`SCANBRIDGE_SCANNER` is 0).
    public var isRuledOut: Bool
    /// udev has come to it: it has the properties that every input device gets.
    public var isProcessed: Bool
    /// Why this USB device cannot be read; nil for an evdev node.
    public var wrongMode: WrongMode?

    public init(
        syspath: String, node: String, deviceNumber: UInt64, vendor: String, product: String, inputVendor: String = "",
        inputProduct: String = "", serial: String, name: String, path: String, hasKeys: Bool, isKeyboard: Bool = false,
        isTagged: Bool, isRuledOut: Bool = false, isProcessed: Bool = true, wrongMode: WrongMode? = nil
    ) {
        self.syspath = syspath
        self.node = node
        self.deviceNumber = deviceNumber
        self.vendor = vendor
        self.product = product
        self.inputVendor = inputVendor
        self.inputProduct = inputProduct
        self.serial = serial
        self.name = name
        self.path = path
        self.port = Self.port(of: path)
        self.hasKeys = hasKeys
        self.isKeyboard = isKeyboard
        self.isTagged = isTagged
        self.isRuledOut = isRuledOut
        self.isProcessed = isProcessed
        self.wrongMode = wrongMode
    }

    /// A name that survives replugging: by serial number, else by port, else by name. The nodes of one composite scanner share
    /// it. So do two scanners with the same serial number, which ``ScannerIDs`` tells apart.
    public var scannerID: String {
        let model = "\(vendor.isEmpty ? "0000" : vendor):\(product.isEmpty ? "0000" : product)"
        if hasOwnSerial { return "\(model):\(serial)" }
        return port.isEmpty ? "\(model)@\(modelName)" : "\(model)@\(port)"
    }

    /// The serial number may be this device's alone.
    var hasOwnSerial: Bool { !SerialNumber.isPlaceholder(serial) }

    /// The name without what the kernel appends for each of a device's nodes.
    public var modelName: String {
        var name = name[...]
        while let suffix = Self.nodeSuffixes.first(where: { name.hasSuffix($0) && name.utf8.count > $0.utf8.count }) {
            name = name.dropLast(suffix.count)
        }
        return String(name)
    }

    /// The kernel's words for what a HID device's node is for.
    private static let nodeSuffixes = [
        " Keyboard", " Keypad", " Mouse", " Consumer Control", " System Control", " System Multi Axis",
        " Wireless Radio Control", " Stylus", " Pen", " Touchscreen", " Touchpad", " UNKNOWN",
    ]

    /// Takes the configuration and interface off an `ID_PATH` of USB: `…-usb-0:1.2:1.0` is bus, port and interface.
    private static func port(of path: String) -> String {
        let parts = path.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count > 1, parts[parts.count - 2].hasPrefix("usb"), let last = parts.last,
            last.utf8.count(where: { $0 == UInt8(ascii: ":") }) >= 2, let colon = path.lastIndex(of: ":")
        else { return path }
        return String(path[..<colon])
    }
}
