import Keystrokes
import TextChecks

/// Decides which devices are scanners. Nothing that could be a person's keyboard is one by default: a rule or the
/// configuration must say so.
public struct ScannerSelection: Sendable {
    /// What is done with a device, and why.
    public enum Decision: Equatable, Sendable {
        case take(DecodingSettings, because: Reason)
        case leave(because: Reason)
        /// It is a scanner that cannot be read as it is set up.
        case report(WrongMode)
    }

    public enum Reason: Equatable, Sendable, CustomStringConvertible {
        /// The `[[scanner]]` of this number, counted from 1, names it.
        case configured(Int)
        /// The `[[scanner]]` of this number says `use = false`.
        case excluded(Int)
        case tagged
        case noKeys
        case notNamed
        /// The local udev rules say that it is none.
        case ruledOut
        /// The project's own keyboard.
        case own

        public var description: String {
            switch self {
            case .configured(let number): "[[scanner]] number \(number) names it"
            case .excluded(let number): "[[scanner]] number \(number) says use = false"
            case .tagged: "the udev rules name it"
            case .noKeys: "it has no keys"
            case .notNamed: "neither the udev rules nor a [[scanner]] name it"
            case .ruledOut: "the udev rules say that it is none"
            case .own: "it is scanbridge's own keyboard"
            }
        }
    }

    private let rules: [ScannerRule]

    public init(rules: [ScannerRule]) {
        self.rules = rules
    }

    public func decide(_ device: DeviceDescription) -> Decision {
        // Before all rules: what was typed on would come back as a scan, for ever.
        if VirtualKeyboard.isSame(as: device) { return .leave(because: .own) }
        for (index, rule) in rules.enumerated() where rule.matches(device) {
            guard rule.use else { return .leave(because: .excluded(index + 1)) }
            if let mode = device.wrongMode { return .report(mode) }
            return device.hasKeys
                ? .take(rule.decoding, because: .configured(index + 1)) : .leave(because: .noKeys)
        }
        if device.isRuledOut { return .leave(because: .ruledOut) }
        if let mode = device.wrongMode { return .report(mode) }
        guard device.isTagged else { return .leave(because: .notNamed) }
        return device.hasKeys ? .take(DecodingSettings(), because: .tagged) : .leave(because: .noKeys)
    }

    /// Every layout that a decision can name.
    public var layouts: Set<String> {
        Set(rules.map(\.decoding.layout) + [DecodingSettings().layout])
    }
}

extension ScannerRule {
    /// Whether every condition holds.
    func matches(_ device: DeviceDescription) -> Bool {
        func isEqual(_ wanted: String?, _ actual: String) -> Bool { wanted == nil || wanted == actual }
        func isLike(_ glob: String?, _ actual: String) -> Bool { glob.map { actual.isLike($0) } ?? true }
        // A USB device has no interface in its path; its keyboard's would be the first.
        let isAtPort = isLike(port, device.path) || (device.wrongMode != nil && isLike(port, "\(device.path):1.0"))
        return isEqual(vendor, device.vendor) && isEqual(product, device.product) && isEqual(serial, device.serial)
            && isLike(name, device.name) && isAtPort
    }
}
