import EventLoop
import Glibc
import Keystrokes
import SystemCalls

/// The scanners of this machine, found by udev and read through evdev.
public final class UdevScanners: ScannerSource {
    private let loop: EventLoop
    private var selection: ScannerSelection
    private var layouts: [String: Layout]
    private let keeper: (any DescriptorKeeper)?
    private var grabs: GrabStore?
    private var events: ScannerEvents?
    private var udev: UdevInput?
    private var ids = ScannerIDs()
    private var registry = ScannerRegistry()
    private var nodes: [String: ScannerNode] = [:]
    /// Scanners that are not read, in a wrong mode for one, with their ids.
    private var misfits: [String: (device: DeviceDescription, id: String)] = [:]
    /// Devices that are there and no scanners, for a later selection.
    private var others: [String: DeviceDescription] = [:]
    /// When the devices are looked at anew.
    private var nextLook: TimerID?
    /// Looks in a row that did not show everything.
    private var failedLooks = 0
    private var lastError: SystemError?

    /// More nodes than any till has; a device that shows more than this is ignored.
    private static let maximumNodes = 256
    /// After as many looks in a row, a device that cannot be learnt of is left to its next event.
    private static let maximumLooks = 8
    /// A storm that has made the monitor overflow goes on for a while, and one look will do for it.
    private static let lookMilliseconds = 50

    /// - Parameter keeper: Keeps the grabs for a process that comes after this one, and those that one before has left; nil if they end
    ///   with this process.
    public init(
        loop: EventLoop, selection: ScannerSelection, layouts: [String: Layout],
        keeper: (any DescriptorKeeper)? = nil
    ) {
        self.keeper = keeper
        self.loop = loop
        self.selection = selection
        self.layouts = layouts
    }

    public var isScanUnderWay: Bool { nodes.values.contains { $0.isScanUnderWay } }

    public var present: [(ScannerInfo, ScannerState)] { registry.present }

    public func start(_ events: ScannerEvents) throws(SystemError) {
        self.events = events
        grabs = keeper.map { GrabStore($0) }
        try listen()
        try enumerate()
    }

    public func stop() {
        udev?.close()
        udev = nil
        if let nextLook { loop.cancel(nextLook) }
        nextLook = nil
        // With a keeper the grabs stay, for a service that is started again.
        for node in nodes.values { node.stopped() }
        nodes = [:]
        for syspath in misfits.keys { removed(syspath) }
    }

    public func select(_ selection: ScannerSelection, layouts: [String: Layout]) {
        self.selection = selection
        self.layouts = layouts
        let devices = Array(others.values) + nodes.values.map(\.description) + misfits.values.map(\.device)
        for (syspath, node) in nodes {
            // A node goes on as it is unless the new selection says otherwise: a scan may be under way.
            if case .take(let settings, _) = selection.decide(node.description), settings == node.settings,
                events?.obstacle(node.id) == nil
            {
                continue
            }
            nodes[syspath] = nil
            node.removed()
        }
        for device in devices { found(device) }
    }

    // MARK: udev

    private func listen() throws(SystemError) {
        udev = try UdevInput(loop: loop) { [weak self] change in self?.heard(change) }
    }

    private func heard(_ change: UdevInput.Change) {
        switch change {
        case .present(let device): found(device)
        case .removed(let syspath): removed(syspath)
        case .lostTrack: look(after: Self.lookMilliseconds)
        case .failed(let error):
            udev?.close()
            udev = nil
            lookFailed(error)
        }
    }

    private func look(after milliseconds: Int) {
        guard nextLook == nil else { return }
        nextLook = loop.schedule(at: .now().adding(milliseconds: milliseconds)) { [weak self] in
            guard let self else { return }
            nextLook = nil
            do throws(SystemError) {
                if udev == nil { try listen() }
                try enumerate()
            } catch {
                lookFailed(error)
            }
        }
    }

    private func lookFailed(_ error: SystemError) {
        if error != lastError { events?.onError("udev", error) }
        lastError = error
        failedLooks += 1
        look(after: 50 << min(failedLooks, 5))
    }

    private func enumerate() throws(SystemError) {
        let inventory = try UdevInput.enumerate()
        let present = inventory.unreadable.union(inventory.devices.map(\.syspath))
        // libudev leaves devices out that it could not read: sysfs itself knows which have gone.
        for syspath in Array(nodes.keys) + Array(misfits.keys)
        where !present.contains(syspath) && access(syspath, F_OK) != 0 {
            removed(syspath)
        }
        others = others.filter { present.contains($0.key) }
        for device in inventory.devices { found(device) }
        let isComplete = inventory.unreadable.isEmpty
        // What was left for a device that is gone, or no scanner that is to be read, types to the console again.
        if isComplete || failedLooks >= Self.maximumLooks { grabs?.letGoOfTheRest() }
        if isComplete {
            failedLooks = 0
            lastError = nil
        } else if failedLooks < Self.maximumLooks {
            failedLooks += 1
            look(after: 50 << min(failedLooks, 5))
        }
    }

    // MARK: Devices

    /// A device is there. `add`, `change` and `bind` of a known one change nothing, but its permissions may have changed.
    private func found(_ device: DeviceDescription) {
        if let node = nodes[device.syspath], node.life.state != .gone { return node.changed() }
        switch selection.decide(device) {
        case .take(let settings, _):
            guard let layout = layouts[settings.layout], nodes.count < Self.maximumNodes || nodes[device.syspath] != nil
            else { return leave(device) }
            let id = misfits[device.syspath]?.id ?? ids.arrived(device)
            if let obstacle = events?.obstacle(id) { return report(device, id, obstacle) }
            letGo(device.syspath)
            others[device.syspath] = nil
            take(device, settings, layout)
        case .report(let mode): report(device, misfits[device.syspath]?.id ?? ids.arrived(device), .wrongMode(mode))
        case .leave: leave(device)
        }
    }

    private func leave(_ device: DeviceDescription) {
        letGo(device.syspath)
        if others.count < Self.maximumNodes || others[device.syspath] != nil { others[device.syspath] = device }
    }

    /// A scanner that is there and not to be read.
    private func report(_ device: DeviceDescription, _ id: String, _ blockage: Blockage) {
        guard misfits.count < Self.maximumNodes || misfits[device.syspath] != nil else { return leave(device) }
        others[device.syspath] = nil
        misfits[device.syspath] = (device, id)
        tell(device, id, .blocked(blockage))
    }

    private func take(_ device: DeviceDescription, _ settings: DecodingSettings, _ layout: Layout) {
        let id = ids.arrived(device)
        guard let handlers = events?.handlers(id) else { return }
        let node = ScannerNode(
            description: device, id: id, settings: settings, layout: layout, loop: loop, handlers: handlers,
            grabs: grabs,
            onChange: { [weak self] in self?.changed(device, id) },
            onError: { [weak self] error in self?.events?.onError(device.node, error) })
        nodes[device.syspath] = node
        node.start()
    }

    private func removed(_ syspath: String) {
        others[syspath] = nil
        // A node that reading found gone has told so itself, and says nothing more.
        nodes.removeValue(forKey: syspath)?.removed()
        letGo(syspath)
    }

    /// A scanner in a wrong mode is gone, or no longer one.
    private func letGo(_ syspath: String) {
        guard let (device, id) = misfits.removeValue(forKey: syspath) else { return }
        tell(device, id, nil)
    }

    private func changed(_ device: DeviceDescription, _ id: String) {
        // A node that is no longer in the table was just taken out, so it is gone.
        switch nodes[device.syspath]?.life.state {
        case .reading: tell(device, id, .connected)
        case .blocked(let blockage): tell(device, id, .blocked(blockage))
        case .opening, .waitingForKeysUp, .gone, nil: tell(device, id, nil)
        }
    }

    private func tell(_ device: DeviceDescription, _ id: String, _ state: ScannerState?) {
        if state == nil { ids.left(device) }
        if let (info, state) = registry.changed(device, of: id, to: state) { events?.onChange(info, state) }
    }
}

extension UdevScanners {
    /// Lets go of every grab that an earlier process has left, for a start that comes to nothing: those scanners type to the console again.
    public static func letGoOfGrabs(leftIn keeper: any DescriptorKeeper) { GrabStore.letGoOfAll(leftIn: keeper) }

    /// Every evdev node, and every USB scanner in a wrong mode, with what is decided about it; needs no privileges and no
    /// service.
    public static func survey(_ selection: ScannerSelection) throws(SystemError) -> [SurveyedDevice] {
        var ids = ScannerIDs()
        return try UdevInput.enumerate().devices.map { device in
            let decision = selection.decide(device)
            let id = if case .leave = decision { device.scannerID } else { ids.arrived(device) }
            return SurveyedDevice(description: device, decision: decision, scannerID: id)
        }
    }
}
