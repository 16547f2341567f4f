/// Which scanners there are, made of their nodes: a pure state machine. A composite scanner shows several nodes and is one.
struct ScannerRegistry {
    private struct Entry {
        var info: ScannerInfo
        var nodes: [String: Node]
        var told: ScannerState?

        /// What the nodes are that it types with: its keyboards, or all if it has none. A keyboard that is blocked makes a
        /// blocked scanner, whatever the others are, since codes may come from it alone; else one that is read makes a
        /// connected one.
        var state: ScannerState? {
            let keyboards = nodes.filter(\.value.isKeyboard)
            let typing = keyboards.isEmpty ? nodes : keyboards
            // The first by path, so that two nodes that are blocked for two reasons do not take turns.
            let blocked = typing.filter { $0.value.isBlocked }.min { $0.key < $1.key }?.value.state
            let connected = typing.values.first { $0.state == .connected }?.state
            return keyboards.isEmpty ? connected ?? blocked : blocked ?? connected
        }
    }

    private struct Node {
        var state: ScannerState
        var isKeyboard: Bool

        var isBlocked: Bool {
            if case .blocked = state { true } else { false }
        }
    }

    private var entries: [String: Entry] = [:]

    /// The state of a node of the scanner `id` has changed; nil when it is gone.
    ///
    /// - Returns: The scanner's new state if it is another than the one told last.
    mutating func changed(_ device: DeviceDescription, of id: String, to state: ScannerState?)
        -> (ScannerInfo, ScannerState)?
    {
        var entry = entries[id] ?? Entry(info: ScannerInfo(device, id: id), nodes: [:])
        entry.nodes[device.syspath] = state.map { Node(state: $0, isKeyboard: device.isKeyboard) }
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
