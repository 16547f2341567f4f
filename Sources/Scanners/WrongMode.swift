/// How a scanner is set up that is no keyboard, so that nothing can be read of it here.
public struct WrongMode: Equatable, Sendable {
    /// What it is instead.
    public enum Interface: String, Sendable {
        case serial = "a serial port"
        case ibm = "an IBM register's scanner"
        case pointOfSale = "a HID-POS scanner"
        case snapi = "a SNAPI scanner"
    }

    public let interface: Interface
    private let maker: ScannerMaker?

    /// What a person can do about it.
    public var advice: String {
        let setting =
            maker?.keyboardSetting.map { "\"\($0)\"" } ?? "USB keyboard (also called HID keyboard or keyboard wedge)"
        return "this scanner is set up as \(interface.rawValue); scan the barcode \(setting) of its manual, "
            + "and it comes back as a keyboard"
    }

    /// Looks at a USB device.
    ///
    /// - Parameters:
    ///   - interfaces: Six hexadecimal digits each: class, subclass, protocol. Empty if not known.
    ///   - reports: The report descriptors of the HID interfaces that the kernel has come to.
    /// - Returns: nil if the device is a keyboard as well, or is not known to be a scanner.
    init?(vendor: String, product: String, interfaces: [String], reports: [[UInt8]]) {
        if interfaces.contains("030101") || reports.contains(where: Self.isKeyboard) { return nil }
        maker = ScannerMaker(vendor: vendor)
        let humanInterfaces = interfaces.count { $0.hasPrefix("03") }
        if let known = Self.known(vendor, product) {
            interface = known
        } else if reports.contains(where: Self.isBarCodeScanner) {
            interface = .pointOfSale
        } else if maker?.makesScannersOnly == true, interfaces.contains(where: { $0.hasPrefix("0202") }),
            // One of which nothing is known yet may be a keyboard.
            reports.count >= humanInterfaces
        {
            interface = .serial
        } else {
            return nil
        }
    }

    /// It begins with the usage page Generic Desktop and the usage Keyboard.
    private static func isKeyboard(_ report: [UInt8]) -> Bool { report.starts(with: [0x05, 0x01, 0x09, 0x06]) }

    /// It begins with the usage page Bar Code Scanner of the HID Point of Sale Usage Tables.
    private static func isBarCodeScanner(_ report: [UInt8]) -> Bool {
        report.starts(with: [0x05, 0x8C]) || report.starts(with: [0x06, 0x8C, 0x00])
    }

    /// Ids that are known, from systemd's 20-usb-vendor-model.hwdb and, for Zebra, the MiniScan MS4407 Integration Guide.
    private static func known(_ vendor: String, _ product: String) -> Interface? {
        switch (vendor, product) {
        case ("0c2e", "0007"): .ibm
        case ("0c2e", "0700"), ("0c2e", "0720"): .serial
        case ("05e0", "0600"), ("05e0", "1701"): .serial
        case ("05e0", "1300"), ("05e0", "1400"): .ibm
        case ("05e0", "1900"): .snapi
        case ("05f9", "1206"): .ibm
        case ("05f9", "4204"): .serial
        case ("065a", "0009"): .serial
        case ("27dd", "0002"): .serial
        case ("1eab", _) where newlandModels.contains(product.prefix(2)):
            switch product.suffix(2) {
            case "06": .serial
            case "10": .pointOfSale
            default: nil
            }
        default: nil
        }
    }

    /// The first two digits of Newland's products; the other two are the mode.
    private static let newlandModels: Set<Substring> = [
        "01", "0c", "0d", "13", "14", "16", "19", "1a", "1c", "1d", "1e", "1f", "20", "80", "82", "83",
    ]
}
