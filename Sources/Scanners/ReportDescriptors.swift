import Glibc
import SystemCalls

/// What the HID interfaces of a USB device say that they report, as sysfs has it.
enum ReportDescriptors {
    /// More than any scanner has.
    private static let maximumCount = 16

    /// Reads those that the kernel has come to: `DEVICE/INTERFACE/HID/report_descriptor`, where INTERFACE begins with the
    /// device's name and a colon, and HID is bus, vendor and product with colons between.
    static func read(ofDeviceAt syspath: String) -> [[UInt8]] {
        let name = syspath.split(separator: "/").last.map(String.init) ?? ""
        var found: [[UInt8]] = []
        for interface in entries(of: syspath) where interface.hasPrefix("\(name):") {
            for device in entries(of: "\(syspath)/\(interface)") where device.contains(":") {
                let path = "\(syspath)/\(interface)/\(device)/report_descriptor"
                // What is no HID device has none.
                guard let bytes = try? Descriptor.open(path, O_RDONLY).readAll(atMost: 4096) else { continue }
                found.append(bytes)
                if found.count == maximumCount { return found }
            }
        }
        return found
    }

    private static func entries(of directory: String) -> [String] { (try? directoryNames(directory)) ?? [] }
}
