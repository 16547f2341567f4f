/// ModemManager, which opens serial ports and speaks to what it takes for a modem. Only a scanner that is set up as a serial port has one.
public struct ModemFacts: Equatable, Sendable {
    public var isRunning: Bool
    public var name: String
    public var vendor: String
    public var product: String
    /// udev says that ModemManager leaves it alone.
    public var isIgnored: Bool

    public init(isRunning: Bool, name: String, vendor: String, product: String, isIgnored: Bool) {
        self.isRunning = isRunning
        self.name = name
        self.vendor = vendor
        self.product = product
        self.isIgnored = isIgnored
    }

    public var finding: Finding? {
        guard isRunning, !isIgnored else { return nil }
        return Finding(
            .warning, "modemmanager",
            "\(name): ModemManager takes its serial port for a modem's and writes to it, which may keep it from being set up: echo "
                + "'ATTRS{idVendor}==\"\(vendor)\", ATTRS{idProduct}==\"\(product)\", ENV{ID_MM_DEVICE_IGNORE}=\"1\"' | sudo tee "
                + "/etc/udev/rules.d/69-scanner-no-modem.rules && sudo udevadm control --reload, then plug it in again; or, in a till "
                + "without a modem: sudo systemctl disable --now ModemManager")
    }
}
