import CEvdev

/// The keyboard that the project itself makes with uinput, to type on to the till.
public enum VirtualKeyboard {
    /// Its name, by which it is known and never taken for a scanner.
    public static let name = "scanbridge virtual keyboard"

    /// The keys that it has: every one of keyboards, but those by which logind turns the machine off.
    public static let keys: [UInt16] = (1...248).filter {
        ![KEY_POWER, KEY_SLEEP, KEY_WAKEUP, KEY_SUSPEND].contains(Int32($0))
    }

    /// Whether a device is that keyboard: only uinput makes devices without a parent, so no USB device hides behind the name.
    static func isSame(as device: DeviceDescription) -> Bool {
        device.name == name && device.syspath.hasPrefix("/sys/devices/virtual/input/")
    }
}
