import CEvdev
import CLinux
import Glibc
import Keystrokes
import SystemCalls

/// Reads a node's events one batch at a time, waiting, for a recording. Takes the node for nobody.
public final class EventRecorder {
    /// The device's own name.
    public let name: String
    /// evemu's line of ids: `I: bus vendor product version`, hexadecimal.
    public let identity: String
    private let descriptor: Descriptor

    /// Opens `node`.
    ///
    /// - Throws: ENOTTY if it is no evdev node, else the kernel's reason.
    public init(node: String) throws(SystemError) {
        let descriptor = try Descriptor.open(node, O_RDONLY)
        var device: OpaquePointer?
        let result = libevdev_new_from_fd(descriptor.number, &device)
        guard result == 0, let device else { throw SystemError(call: "libevdev_new_from_fd", errno: -result) }
        defer { libevdev_free(device) }
        _ = libevdev_set_clock_id(device, CLOCK_MONOTONIC)
        name = libevdev_get_name(device).map { String(cString: $0) } ?? ""
        let ids = [
            libevdev_get_id_bustype(device), libevdev_get_id_vendor(device), libevdev_get_id_product(device),
            libevdev_get_id_version(device),
        ]
        identity =
            "I: "
            + ids.map { id in
                let digits = String(id, radix: 16)
                return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            }.joined(separator: " ")
        self.descriptor = descriptor
    }

    /// Waits for the next events; nil when the device is gone.
    public func next() throws(SystemError) -> [InputEvent]? {
        var buffer = [input_event](repeating: input_event(), count: 64)
        let count: Int
        do {
            count = try descriptor.readEvents(into: &buffer)
        } catch {
            if error.errno == ENODEV { return nil }
            throw error
        }
        if count == 0 { return nil }
        return buffer.prefix(count).map { InputEvent($0) }
    }
}
