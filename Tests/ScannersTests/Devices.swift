import Scanners

/// A USB scanner as udev shows it, to be changed where a test differs.
func device(
    event: Int = 5, vendor: String = "0c2e", product: String = "0204", serial: String = "",
    name: String = "Honeywell 1950g",
    path: String = "pci-0000:00:14.0-usb-0:2:1.0", hasKeys: Bool = true, isKeyboard: Bool = false,
    isTagged: Bool = false, isRuledOut: Bool = false, wrongMode: WrongMode? = nil
) -> DeviceDescription {
    DeviceDescription(
        syspath: "/sys/devices/input/input\(event)/event\(event)", node: "/dev/input/event\(event)",
        deviceNumber: UInt64(event), vendor: vendor, product: product, serial: serial, name: name, path: path,
        hasKeys: hasKeys, isKeyboard: isKeyboard, isTagged: isTagged, isRuledOut: isRuledOut, wrongMode: wrongMode)
}
