import CUdev
import Glibc
import SystemCalls

/// What udev has of a node and of the devices that it is part of, written as umockdev's device description.
public struct UdevRecord: Equatable, Sendable {
    /// Empty where udev does not know the node.
    public private(set) var text = ""
    /// The node's own path: `node` may have been a link to it.
    public let node: String

    /// More parents than sysfs has.
    private static let maximumDepth = 32

    /// Looks `node` up.
    public init(node: String) throws(SystemError) {
        self.node = try Self.resolved(node)
        guard let udev = udev_new() else { throw SystemError(call: "udev_new", errno: ENOMEM) }
        defer { udev_unref(udev) }
        let name = self.node.split(separator: "/").last.map(String.init) ?? ""
        // By name and not by number: a test bed's nodes have numbers of their own.
        guard let device = udev_device_new_from_subsystem_sysname(udev, "input", name) else { return }
        defer { udev_device_unref(device) }
        text = Self.block(device, node: String(self.node.dropFirst("/dev/".count)))
        // Parents belong to `device`.
        var parent = udev_device_get_parent(device)
        for _ in 0..<Self.maximumDepth {
            guard let current = parent else { break }
            // umockdev takes no device without a subsystem, as the host bridge is one.
            if udev_device_get_subsystem(current) != nil { text += Self.block(current, node: nil) }
            parent = udev_device_get_parent(current)
        }
    }

    /// The node that a link such as those in `/dev/input/by-id` leads to. A test bed's nodes are links to elsewhere, by their
    /// own names.
    private static func resolved(_ node: String) throws(SystemError) -> String {
        if node.hasPrefix("/dev/input/event") { return node }
        guard let path = realpath(node, nil) else { throw SystemError(call: "realpath", errno: errno) }
        defer { free(path) }
        return String(cString: path)
    }

    /// Attributes that programs ask for, of input devices, USB interfaces and USB devices.
    private static let attributes = [
        "name", "phys", "uniq", "properties", "id/bustype", "id/vendor", "id/product", "id/version", "capabilities/ev",
        "capabilities/key", "capabilities/rel", "capabilities/abs", "capabilities/msc", "capabilities/led",
        "capabilities/snd", "capabilities/ff", "capabilities/sw", "bInterfaceNumber", "bInterfaceClass",
        "bInterfaceSubClass", "bInterfaceProtocol", "idVendor", "idProduct", "bcdDevice", "manufacturer", "product",
        "serial",
    ]

    private static func block(_ device: OpaquePointer, node: String?) -> String {
        var lines = ["P: \(string(udev_device_get_devpath(device)) ?? "")"]
        if let node { lines.append("N: \(node)") }
        if node != nil {
            lines += names(udev_device_get_devlinks_list_entry(device)).map { link, _ in
                "S: \(link.hasPrefix("/dev/") ? String(link.dropFirst(5)) : link)"
            }
        }
        // The path stands in front already, and the parents have no nodes here. What an event adds is no property.
        let left = ["DEVPATH", "ACTION", "SEQNUM"] + (node == nil ? ["DEVNAME", "MAJOR", "MINOR"] : [])
        lines += names(udev_device_get_properties_list_entry(device)).filter { !left.contains($0.0) }
            .map { "E: \($0)=\($1)" }.sorted()
        if node != nil, let number = string(udev_device_get_sysattr_value(device, "dev")) {
            lines.append("A: dev=\(number)")
        }
        for attribute in attributes {
            guard let value = string(udev_device_get_sysattr_value(device, attribute)) else { continue }
            // umockdev takes a backslash for the beginning of an escape.
            lines.append(
                "A: \(attribute)=\(value.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: #"\\"#))"
            )
        }
        if node != nil, let path = string(udev_device_get_syspath(device)), let target = link("\(path)/device") {
            lines.append("L: device=\(target)")
        }
        return lines.joined(separator: "\n") + "\n\n"
    }

    private static func names(_ list: OpaquePointer?) -> [(String, String)] {
        var pairs: [(String, String)] = []
        var entry = list
        while let current = entry {
            if let name = string(udev_list_entry_get_name(current)) {
                pairs.append((name, string(udev_list_entry_get_value(current)) ?? ""))
            }
            entry = udev_list_entry_get_next(current)
        }
        return pairs
    }

    private static func link(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = readlink(path, &buffer, buffer.count - 1)
        return count < 0 ? nil : buffer.withUnsafeBufferPointer { string($0.baseAddress) }
    }

    /// A value on one line, whatever the device calls itself.
    private static func string(_ text: UnsafePointer<CChar>?) -> String? {
        guard let text else { return nil }
        var scalars = Array(String(cString: text).unicodeScalars)
        while let last = scalars.last, last == "\n" { scalars.removeLast() }
        return String(
            String.UnicodeScalarView(scalars.map { $0.value < 0x20 || $0.value == 0x7F ? "\u{FFFD}" : $0 }))
    }
}
