import CUdev
import Glibc
import SystemCalls

/// Single properties that udev has of a device, for those who look for a fault.
public struct UdevProperties: Sendable {
    private let syspath: String

    public init(syspath: String) {
        self.syspath = syspath
    }

    /// A property's value; empty if the device has none, or is gone.
    public subscript(name: String) -> String {
        guard let udev = udev_new() else { return "" }
        defer { udev_unref(udev) }
        guard let device = udev_device_new_from_syspath(udev, syspath) else { return "" }
        defer { udev_device_unref(device) }
        return DeviceText.clean(udev_device_get_property_value(device, name)) ?? ""
    }
}
