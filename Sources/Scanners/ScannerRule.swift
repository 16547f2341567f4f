import Keystrokes

/// One `[[scanner]]` of the configuration: which devices it speaks of, and what it says of them.
public struct ScannerRule: Equatable, Sendable {
    /// Conditions; nil holds for every device. Vendor and product are four lower-case hexadecimal digits.
    public var vendor: String?
    public var product: String?
    public var serial: String?
    /// Glob on the device's name.
    public var name: String?
    /// Glob on udev's `ID_PATH`.
    public var port: String?
    /// Whether the device is taken for a scanner.
    public var use: Bool
    public var decoding: DecodingSettings

    public init(
        vendor: String? = nil, product: String? = nil, serial: String? = nil, name: String? = nil, port: String? = nil,
        use: Bool = true, decoding: DecodingSettings = DecodingSettings()
    ) {
        self.vendor = vendor
        self.product = product
        self.serial = serial
        self.name = name
        self.port = port
        self.use = use
        self.decoding = decoding
    }
}
