import CLinux
import Keystrokes
import SystemCalls

/// The grabs that outlive this process: descriptors of grabbed nodes, with a ledger of what was being read.
final class GrabStore {
    private let keeper: any DescriptorKeeper
    private let ledger: GrabLedger?
    /// The devices whose slots are this process's.
    private var claimed: Set<UInt64> = []

    private static let prefix = "grab-"
    private static let ledgerName = "grab-ledger"

    /// Takes over the ledger that an earlier process has left, or begins one.
    init(_ keeper: any DescriptorKeeper) {
        self.keeper = keeper
        if let descriptor = keeper.take(Self.ledgerName), let ledger = GrabLedger(descriptor) {
            self.ledger = ledger
            return
        }
        // What was there is none, or another version's. Without it everything that was left counts as read in part.
        keeper.drop(Self.ledgerName)
        guard let descriptor = GrabLedger.begun(), let ledger = GrabLedger(descriptor) else {
            ledger = nil
            return
        }
        self.ledger = ledger
        keeper.keep(descriptor.number, as: Self.ledgerName)
    }

    static func name(of deviceNumber: UInt64) -> String {
        let number = dev_t(deviceNumber)
        return "\(prefix)\(scanbridge_major(number))-\(scanbridge_minor(number))"
    }

    // MARK: What was left

    func hasLeft(_ deviceNumber: UInt64) -> Bool { keeper.leftNames.contains(Self.name(of: deviceNumber)) }

    /// The descriptor that was left of a device; nil if there are several, of which nobody knows which one holds the grab: they are let go.
    func takeLeft(_ deviceNumber: UInt64) -> Descriptor? {
        let name = Self.name(of: deviceNumber)
        guard let left = keeper.take(name) else { return nil }
        guard keeper.leftNames.contains(name) else { return left }
        Self.letGo(left.number)
        Self.letGo(name, leftIn: keeper)
        return nil
    }

    /// What the ledger says of a device whose grab was left; nil if it says nothing that can be read.
    func found(_ deviceNumber: UInt64) -> GrabLedger.Entry? { ledger?.entry(of: deviceNumber) }

    /// All devices that are there have had their turn: nobody asks for what is left.
    func letGoOfTheRest() {
        Self.letGoOfNodes(leftIn: keeper)
        ledger?.free { !self.claimed.contains($0) }
    }

    static func letGoOfAll(leftIn keeper: any DescriptorKeeper) {
        letGoOfNodes(leftIn: keeper)
        keeper.drop(ledgerName)
    }

    private static func letGoOfNodes(leftIn keeper: any DescriptorKeeper) {
        for name in Set(keeper.leftNames) where name.hasPrefix(prefix) && name != ledgerName {
            letGo(name, leftIn: keeper)
        }
    }

    private static func letGo(_ name: String, leftIn keeper: any DescriptorKeeper) {
        while let left = keeper.take(name) { letGo(left.number) }
        keeper.drop(name)
    }

    /// What is closed here is kept elsewhere and would hold the grab, so that the scanner would type nowhere.
    private static func letGo(_ descriptor: Int32) {
        // It fails if the device is gone, and then there is no grab.
        _ = scanbridge_evdev_ungrab(descriptor)
    }

    // MARK: What is kept

    /// A place to write down what is being read of a device; nil if there is no more room.
    func slot(for deviceNumber: UInt64, _ settings: DecodingSettings) -> GrabLedger.Slot? {
        guard let slot = ledger?.slot(for: deviceNumber, fingerprint: settings.fingerprint) else { return nil }
        claimed.insert(deviceNumber)
        return slot
    }

    /// Has a grabbed node kept.
    func keep(_ descriptor: Int32, of deviceNumber: UInt64) {
        keeper.keep(descriptor, as: Self.name(of: deviceNumber))
    }

    /// Ends a grab, also in what is kept of it.
    func letGo(_ descriptor: Int32, of deviceNumber: UInt64) {
        Self.letGo(descriptor)
        keeper.drop(Self.name(of: deviceNumber))
        claimed.remove(deviceNumber)
        ledger?.free { $0 == deviceNumber }
    }
}
