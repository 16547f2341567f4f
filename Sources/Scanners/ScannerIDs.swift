/// Gives each scanner its id: a pure state machine.
///
/// A serial number makes the id where it is the scanner's own. Some makers give all of a model the same one, so a second scanner
/// with it, on another port, gets an id with its port. From then on the serial number is known to be shared: each port keeps the
/// id that it has, in whatever order scanners are plugged in again. A scanner that was alone and moves to another port takes
/// its id along.
struct ScannerIDs {
    private struct Serial {
        /// The id that was given on each port; no two have the same.
        var ids: [String: String] = [:]
        /// The ports of the nodes that are there, by their paths.
        var present: [String: String] = [:]
        var isShared = false
    }

    private var serials: [String: Serial] = [:]

    /// More serial numbers than any till sees; of more, those that are not there are forgotten.
    private static let maximumSerials = 1024

    /// Serial numbers that are known.
    var count: Int { serials.count }

    /// A node is there.
    ///
    /// - Returns: The id of the scanner that it belongs to.
    mutating func arrived(_ device: DeviceDescription) -> String {
        let id = device.scannerID
        guard device.hasOwnSerial, !device.port.isEmpty else { return id }
        if serials.count >= Self.maximumSerials, serials[id] == nil {
            serials = serials.filter { !$0.value.present.isEmpty }
        }
        var serial = serials[id] ?? Serial()
        defer { serials[id] = serial }
        let present = Set(serial.present.values)
        serial.present[device.syspath] = device.port
        if let given = serial.ids[device.port] { return given }
        if let owner = serial.ids.first(where: { $0.value == id })?.key {
            if serial.isShared || present.contains(owner) {
                serial.isShared = true
                serial.ids[device.port] = "\(id)@\(device.port)"
                return "\(id)@\(device.port)"
            }
            serial.ids[owner] = nil
        }
        serial.ids[device.port] = id
        return id
    }

    /// A node is gone.
    mutating func left(_ device: DeviceDescription) {
        serials[device.scannerID]?.present[device.syspath] = nil
    }
}
