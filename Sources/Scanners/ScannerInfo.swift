/// A scanner as listeners know it.
public struct ScannerInfo: Equatable, Sendable {
    /// Survives replugging.
    public var id: String
    public var name: String
    /// Four lower-case hexadecimal digits, or empty.
    public var vendor: String
    public var product: String
    /// Empty if it has none.
    public var serial: String
    /// udev's `ID_PATH` without the USB interface; empty if unknown.
    public var port: String

    public init(id: String, name: String, vendor: String, product: String, serial: String, port: String) {
        self.id = id
        self.name = name
        self.vendor = vendor
        self.product = product
        self.serial = serial
        self.port = port
    }

    init(_ device: DeviceDescription, id: String) {
        self.init(
            id: id, name: device.modelName, vendor: device.vendor, product: device.product,
            serial: device.serial, port: device.port)
    }
}

/// What a scanner is to the service.
public enum ScannerState: Equatable, Sendable {
    /// Grabbed and read.
    case connected
    case disconnected
    /// It is there and cannot be read; it connects by itself once it can.
    case blocked(Blockage)
}
