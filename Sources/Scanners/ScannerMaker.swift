/// Makers of scanners whose USB ids tell how a scanner is set up.
enum ScannerMaker {
    case honeywell
    case zebra
    case datalogic
    case newland
    case opticon
    case mindeo

    /// - Parameter vendor: Four lower-case hexadecimal digits.
    init?(vendor: String) {
        switch vendor {
        case "0c2e": self = .honeywell
        case "05e0": self = .zebra
        case "05f9": self = .datalogic
        case "1eab": self = .newland
        case "065a": self = .opticon
        case "27dd": self = .mindeo
        default: return nil
        }
    }

    /// Whether everything with this vendor id is a scanner. Zebra makes hand-held computers too.
    var makesScannersOnly: Bool { self != .zebra }

    /// What the maker's manual calls the barcode that sets a scanner to be a keyboard.
    var keyboardSetting: String? {
        switch self {
        case .honeywell: "USB Keyboard (PC)"
        case .zebra: "HID Keyboard Emulation"
        case .datalogic: "USB-KBD"
        case .newland: "USB HID-KBW"
        case .opticon: "USB-HID"
        case .mindeo: nil
        }
    }
}
