/// The types of event that a listener can choose from. `snapshot`, `gap` and `lagged` come to everybody.
public enum EventType: String, CaseIterable, Sendable {
    case scanner
    case scan
    case scanDamaged = "scan_damaged"
    case member
    case pass
    case purchase
    case balance
}

/// A set of event types.
public struct EventTypes: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public init(_ type: EventType) {
        switch type {
        case .scanner: self.init(rawValue: 1)
        case .scan: self.init(rawValue: 2)
        case .scanDamaged: self.init(rawValue: 4)
        case .member: self.init(rawValue: 8)
        case .pass: self.init(rawValue: 16)
        case .purchase: self.init(rawValue: 32)
        case .balance: self.init(rawValue: 64)
        }
    }

    public static let all = EventTypes(EventType.allCases.map { EventTypes($0) })

    /// The types' names, in a fixed order.
    public var names: [String] {
        EventType.allCases.filter { contains(EventTypes($0)) }.map(\.rawValue)
    }
}
