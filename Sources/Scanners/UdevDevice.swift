import CUdev
import Glibc
import SystemCalls

/// One device as libudev shows it.
struct UdevDevice: ~Copyable {
    private let pointer: OpaquePointer

    /// Takes over a reference.
    init(owning pointer: OpaquePointer) {
        self.pointer = pointer
    }

    /// - Throws: ENODEV or ENOENT if there is no such device, else the kernel's reason.
    init(udev: OpaquePointer, syspath: UnsafePointer<CChar>) throws(SystemError) {
        Glibc.errno = 0
        guard let pointer = udev_device_new_from_syspath(udev, syspath) else {
            throw SystemError(call: "udev_device_new_from_syspath", errno: errno == 0 ? ENODEV : errno)
        }
        self.pointer = pointer
    }

    deinit { udev_device_unref(pointer) }

    var syspath: String? { DeviceText.clean(udev_device_get_syspath(pointer)) }
    var action: String? { DeviceText.clean(udev_device_get_action(pointer)) }
    var subsystem: String? { DeviceText.clean(udev_device_get_subsystem(pointer)) }
    private var sysname: String { DeviceText.clean(udev_device_get_sysname(pointer)) ?? "" }

    private func property(_ name: String) -> String {
        DeviceText.clean(udev_device_get_property_value(pointer, name)) ?? ""
    }

    private func attribute(_ name: String) -> String {
        DeviceText.clean(udev_device_get_sysattr_value(pointer, name)) ?? ""
    }

    /// An attribute; empty where sysfs has none.
    ///
    /// - Throws: EIO if it is there and libudev could not read it, for which it gives no reason. Without its ids a scanner would
    ///   be taken for something else.
    private func readableAttribute(_ name: String) throws(SystemError) -> String {
        if let value = DeviceText.clean(udev_device_get_sysattr_value(pointer, name)) { return value }
        if let syspath, access("\(syspath)/\(name)", F_OK) == 0 {
            throw SystemError(call: "udev_device_get_sysattr_value", errno: EIO)
        }
        return ""
    }

    private func parent(_ subsystem: String, _ type: String? = nil) -> UdevDevice? {
        guard let parent = udev_device_get_parent_with_subsystem_devtype(pointer, subsystem, type) else { return nil }
        // It belongs to its child.
        return UdevDevice(owning: udev_device_ref(parent))
    }

    private func value(_ propertyName: String, _ attributeName: String) -> String {
        let value = property(propertyName)
        return value.isEmpty ? attribute(attributeName) : value
    }

    // MARK: Evdev nodes

    /// What is known of an evdev node; nil for another device.
    ///
    /// - Throws: If libudev could not read all of it though it is there.
    func inputNode() throws(SystemError) -> DeviceDescription? {
        guard sysname.hasPrefix("event"), let syspath else { return nil }
        guard let subsystem else { throw SystemError(call: "udev_device_get_subsystem", errno: EIO) }
        guard subsystem == "input" else { return nil }
        Glibc.errno = 0
        _ = udev_device_get_is_initialized(pointer)
        try Self.throwTrouble("udev_device_get_is_initialized")
        // Each of them has a node; libudev passes over a file of sysfs that it could not open.
        guard let node = DeviceText.clean(udev_device_get_devnode(pointer)) else {
            throw SystemError(call: "udev_device_get_devnode", errno: EIO)
        }
        // Each of them is an input device's, whose directory is the one above.
        guard let input = parent("input") else {
            throw SystemError(call: "udev_device_get_parent_with_subsystem_devtype", errno: EIO)
        }
        let name = try input.readableAttribute("name")
        let inputVendor = try input.readableAttribute("id/vendor")
        let inputProduct = try input.readableAttribute("id/product")
        let vendor = property("ID_VENDOR_ID")
        let product = property("ID_MODEL_ID")
        let serial = property("ID_SERIAL_SHORT")
        let isKeyboard = property("ID_INPUT_KEYBOARD") == "1"
        return DeviceDescription(
            syspath: syspath, node: node, deviceNumber: UInt64(udev_device_get_devnum(pointer)),
            vendor: (vendor.isEmpty ? inputVendor : vendor).lowercased(),
            product: (product.isEmpty ? inputProduct : product).lowercased(), inputVendor: inputVendor.lowercased(),
            inputProduct: inputProduct.lowercased(), serial: serial.isEmpty ? bluetoothAddress : serial, name: name,
            path: property("ID_PATH"), hasKeys: isKeyboard || property("ID_INPUT_KEY") == "1", isKeyboard: isKeyboard,
            isTagged: property("SCANBRIDGE_SCANNER") == "1", isRuledOut: property("SCANBRIDGE_SCANNER") == "0",
            isProcessed: property("ID_INPUT") == "1" || property("ID_INPUT_KEY") == "1" || isKeyboard)
    }

    /// The input device's `uniq`: over Bluetooth, where udev knows no serial number, the scanner's address.
    private var bluetoothAddress: String {
        guard let input = parent("input") else { return "" }
        return input.attribute("uniq")
    }

    // MARK: USB devices

    /// The USB device that this one is or is part of, if it is a scanner in a mode in which nothing can be read of it; else its
    /// path alone.
    func usbScanner() -> (syspath: String, description: DeviceDescription?)? {
        if property("DEVTYPE") == "usb_device" { return describedAsUSB() }
        guard let device = parent("usb", "usb_device") else { return nil }
        return device.describedAsUSB()
    }

    private func describedAsUSB() -> (syspath: String, description: DeviceDescription?)? {
        guard let syspath else { return nil }
        let vendor = value("ID_VENDOR_ID", "idVendor").lowercased()
        let product = value("ID_MODEL_ID", "idProduct").lowercased()
        let interfaces = property("ID_USB_INTERFACES").split(separator: ":").map { $0.lowercased() }
        // Only HID interfaces have report descriptors.
        let mayHaveReports = interfaces.isEmpty || interfaces.contains { $0.hasPrefix("03") }
        let reports = mayHaveReports ? ReportDescriptors.read(ofDeviceAt: syspath) : []
        guard let mode = WrongMode(vendor: vendor, product: product, interfaces: interfaces, reports: reports) else {
            return (syspath, nil)
        }
        let names = [attribute("manufacturer"), attribute("product")].filter { !$0.isEmpty }
        let name = names.isEmpty ? property("ID_MODEL_FROM_DATABASE") : names.joined(separator: " ")
        let description = DeviceDescription(
            syspath: syspath, node: DeviceText.clean(udev_device_get_devnode(pointer)) ?? syspath,
            deviceNumber: UInt64(udev_device_get_devnum(pointer)), vendor: vendor, product: product,
            serial: value("ID_SERIAL_SHORT", "serial"), name: name, path: usbPath, hasKeys: false,
            isTagged: property("SCANBRIDGE_SCANNER") == "1", isRuledOut: property("SCANBRIDGE_SCANNER") == "0",
            wrongMode: mode)
        return (syspath, description)
    }

    /// `ID_PATH` as the device's keyboard would have it, without the interface. udev gives it to few USB devices; it is made of
    /// the controller and of the port, which stands behind the bus's number in the name: `1-2.3`.
    private var usbPath: String {
        let path = property("ID_PATH")
        guard path.isEmpty, let dash = sysname.firstIndex(of: "-") else { return path }
        let port = "usb-0:\(sysname[sysname.index(after: dash)...])"
        if let controller = parent("pci") { return "pci-\(controller.sysname)-\(port)" }
        if let controller = parent("platform") { return "platform-\(controller.sysname)-\(port)" }
        return port
    }

    // MARK: Errors

    /// libudev says with errno alone what has kept it from reading what is there. That something is missing is no such reason.
    private static func throwTrouble(_ call: StaticString) throws(SystemError) {
        switch errno {
        case EMFILE, ENFILE, ENOMEM, EIO, EACCES, EPERM: throw SystemError(call: "\(call)", errno: errno)
        default: break
        }
    }
}
