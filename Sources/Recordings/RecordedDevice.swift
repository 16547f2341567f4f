/// Which device a recording is of, as far as its lines say: evemu's `N:` and `I:`, or umockdev's description of a device.
///
/// What is not there is empty. Of several devices in a description the first counts; a node's parents stand behind it.
public struct RecordedDevice: Equatable, Sendable {
    /// Four lower-case hexadecimal digits, or empty.
    public var vendor = ""
    public var product = ""
    public var serial = ""
    public var name = ""
    /// udev's `ID_PATH`.
    public var path = ""

    /// The longest description that is read, in bytes.
    public static let maximumSize = 1 << 20
    private static let maximumValueLength = 1024

    public init() {}

    /// Whether nothing is known of the device.
    public var isUnknown: Bool { self == RecordedDevice() }

    /// Reads the lines that describe the device and passes over all others.
    ///
    /// - Throws: ``RecordingError`` with the line where a vendor's or product's id is none: a device by another id would be
    ///   decoded by another's settings.
    public init(parsing bytes: some Collection<UInt8>) throws(RecordingError) {
        // udev's ids come first, then the kernel's, which a parent of the node has.
        var kernel = (vendor: "", product: "")
        var isUmockdev = false
        var lines = Lines(bytes)
        while let line = lines.next() {
            guard let field = Field(line, isUmockdev: isUmockdev) else { continue }
            switch field.name {
            case "P:": isUmockdev = isUmockdev || field.value.hasPrefix("/")
            case "I:":
                let ids = field.value.split(separator: " ")
                guard ids.count == 4 else { continue }
                try Self.set(&kernel.vendor, String(ids[1]), lines.number)
                try Self.set(&kernel.product, String(ids[2]), lines.number)
            case "N:", "A: name": Self.set(&name, field.value)
            case "A: id/vendor": try Self.set(&kernel.vendor, field.value, lines.number)
            case "A: id/product": try Self.set(&kernel.product, field.value, lines.number)
            case "E: ID_VENDOR_ID": try Self.set(&vendor, field.value, lines.number)
            case "E: ID_MODEL_ID": try Self.set(&product, field.value, lines.number)
            case "E: ID_SERIAL_SHORT": Self.set(&serial, field.value)
            case "E: ID_PATH": Self.set(&path, field.value)
            default: continue
            }
        }
        if vendor.isEmpty { vendor = kernel.vendor }
        if product.isEmpty { product = kernel.product }
    }

    private static func set(_ id: inout String, _ text: String, _ line: Int) throws(RecordingError) {
        guard (1...4).contains(text.utf8.count), let number = UInt16(text, radix: 16), text.first != "+" else {
            throw RecordingError(line: line, kind: .id)
        }
        let digits = String(number, radix: 16)
        set(&id, String(repeating: "0", count: 4 - digits.utf8.count) + digits)
    }

    /// The first value counts. Control characters and length are as bounded as those that udev tells of a device.
    private static func set(_ value: inout String, _ text: String) {
        guard value.isEmpty else { return }
        let scalars = text.unicodeScalars.prefix(maximumValueLength).map { scalar in
            scalar.value < 0x20 || scalar.value == 0x7F ? "\u{FFFD}" : scalar
        }
        value = String(String.UnicodeScalarView(scalars))
    }

    /// A line in the parts that count here: `N:` and its value, `A: name` and its value.
    private struct Field {
        let name: String
        let value: String

        /// The longest name that counts is shorter than this.
        private static let maximumNameLength = 24

        init?(_ line: some Collection<UInt8>, isUmockdev: Bool) {
            let mark = String(decoding: line.prefix(2), as: UTF8.self)
            var text = line.dropFirst(2).drop { $0 == UInt8(ascii: " ") }
            // umockdev marks the node's name, a property and an attribute as evemu marks other things.
            switch mark {
            case "P:": name = mark
            case "N:", "I:":
                guard !isUmockdev else { return nil }
                name = mark
            case "E:", "A:":
                guard let end = text.prefix(Self.maximumNameLength).firstIndex(of: UInt8(ascii: "=")) else {
                    return nil
                }
                name = mark + " " + String(decoding: text[..<end], as: UTF8.self)
                text = text[text.index(after: end)...]
            default: return nil
            }
            let value = String(decoding: text.prefix { $0 != 13 }, as: UTF8.self)
            // umockdev escapes an attribute's backslashes.
            self.value = mark == "A:" ? value.replacing("\\\\", with: "\\") : value
        }
    }
}
