import EventLoop
import Keystrokes
import SystemCalls

/// The scanners of this machine, found by udev and read through evdev.
public final class UdevScanners: ScannerSource {
    private let loop: EventLoop
    private var selection: ScannerSelection
    private var layouts: [String: Layout]
    private var events: ScannerEvents?
    private var udev: UdevInput?
    private var registry = ScannerRegistry()
    private var nodes: [String: ScannerNode] = [:]
    /// Devices that are there and no scanners, for a later selection.
    private var others: [String: DeviceDescription] = [:]

    /// More nodes than any till has; a device that shows more than this is ignored.
    private static let maximumNodes = 256

    public init(loop: EventLoop, selection: ScannerSelection, layouts: [String: Layout]) {
        self.loop = loop
        self.selection = selection
        self.layouts = layouts
    }

    public var present: [(ScannerInfo, ScannerState)] { registry.present }

    public func start(_ events: ScannerEvents) throws(SystemError) {
        self.events = events
        udev = try UdevInput(loop: loop) { [weak self] change in self?.heard(change) }
        try enumerate()
    }

    public func stop() {
        udev?.close()
        udev = nil
        for node in nodes.values { node.removed() }
        nodes = [:]
    }

    public func select(_ selection: ScannerSelection, layouts: [String: Layout]) {
        self.selection = selection
        self.layouts = layouts
        let devices = Array(others.values) + nodes.values.map(\.description)
        for (syspath, node) in nodes {
            // A node goes on as it is unless the new selection says otherwise: a scan may be under way.
            if case .take(let settings, _) = selection.decide(node.description), settings == node.settings { continue }
            nodes[syspath] = nil
            node.removed()
        }
        for device in devices { found(device) }
    }

    private func heard(_ change: UdevInput.Change) {
        switch change {
        case .present(let device): found(device)
        case .removed(let syspath): removed(syspath)
        case .lostTrack:
            do {
                try enumerate()
            } catch {
                events?.onError("udev", error)
            }
        }
    }

    private func enumerate() throws(SystemError) {
        let devices = try UdevInput.enumerate()
        let present = Set(devices.map(\.syspath))
        for syspath in nodes.keys where !present.contains(syspath) { removed(syspath) }
        others = others.filter { present.contains($0.key) }
        for device in devices { found(device) }
    }

    /// A device is there. `add`, `change` and `bind` of a known one change nothing, but its permissions may have changed.
    private func found(_ device: DeviceDescription) {
        if let node = nodes[device.syspath], node.life.state != .gone { return node.changed() }
        guard case .take(let settings, _) = selection.decide(device), let layout = layouts[settings.layout],
            nodes.count < Self.maximumNodes || nodes[device.syspath] != nil
        else {
            if others.count < Self.maximumNodes { others[device.syspath] = device }
            return
        }
        others[device.syspath] = nil
        let id = device.scannerID
        let node = ScannerNode(
            description: device, settings: settings, layout: layout, loop: loop,
            onAction: { [weak self] action in self?.events?.onAction(id, action) },
            onChange: { [weak self] in self?.changed(device) },
            onError: { [weak self] error in self?.events?.onError(device.node, error) })
        nodes[device.syspath] = node
        node.start()
    }

    private func removed(_ syspath: String) {
        others[syspath] = nil
        // A node that reading found gone has told so itself, and says nothing more.
        nodes.removeValue(forKey: syspath)?.removed()
    }

    private func changed(_ device: DeviceDescription) {
        // A node that is no longer in the table was just taken out, so it is gone.
        let state: ScannerState? =
            switch nodes[device.syspath]?.life.state {
            case .reading: .connected
            case .blocked(let blockage): .blocked(blockage)
            case .opening, .waitingForKeysUp, .gone, nil: nil
            }
        if let (info, state) = registry.changed(device, to: state) { events?.onChange(info, state) }
    }
}

extension UdevScanners {
    /// Every evdev node with what is decided about it; needs no privileges and no service.
    public static func survey(_ selection: ScannerSelection) throws(SystemError)
        -> [(DeviceDescription, ScannerSelection.Decision)]
    {
        try UdevInput.enumerate().map { ($0, selection.decide($0)) }
    }
}
