/// Which scanners there are, made of their nodes: a pure state machine. A composite scanner shows several nodes and is one.
struct ScannerRegistry {
    private struct Entry {
        var info: ScannerInfo
        var nodes: [String: ScannerState]
        var told: ScannerState?

        /// One node that is read makes a connected scanner; else one that is blocked a blocked one.
        var state: ScannerState? {
            if nodes.values.contains(.connected) { return .connected }
            // The first by path, so that two nodes that are blocked for two reasons do not take turns.
            let blocked = nodes.filter { if case .blocked = $0.value { true } else { false } }
            return blocked.min { $0.key < $1.key }?.value
        }
    }

    private var entries: [String: Entry] = [:]

    /// A node's state has changed; nil when it is gone.
    ///
    /// - Returns: The scanner's new state if it is another than the one told last.
    mutating func changed(_ device: DeviceDescription, to state: ScannerState?) -> (ScannerInfo, ScannerState)? {
        let id = device.scannerID
        var entry = entries[id] ?? Entry(info: ScannerInfo(device), nodes: [:])
        entry.nodes[device.syspath] = state
        let present = entry.state
        defer { entries[id] = entry.nodes.isEmpty ? nil : entry }
        guard present != entry.told else { return nil }
        let wasTold = entry.told != nil
        entry.told = present
        if let present { return (entry.info, present) }
        return wasTold ? (entry.info, .disconnected) : nil
    }

    /// Every scanner that is connected or blocked, by id.
    var present: [(ScannerInfo, ScannerState)] {
        entries.sorted { $0.key < $1.key }.compactMap { _, entry in entry.state.map { (entry.info, $0) } }
    }
}
