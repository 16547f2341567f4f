import Keystrokes

/// One step of what a scanner typed: a key that goes down or up, or the end of a packet. Two bytes, so that a code's keys are cheap
/// to keep.
public struct KeyStep: Equatable, Sendable {
    private let raw: UInt16

    private static let downBit: UInt16 = 1 << 15

    private init(raw: UInt16) { self.raw = raw }

    /// The end of a packet, SYN_REPORT.
    public static let packetEnd = KeyStep(raw: .max)

    /// A key goes down.
    public static func down(_ key: UInt16) -> KeyStep { KeyStep(raw: min(key, EventCode.lastKey) | downBit) }

    /// A key goes up.
    public static func up(_ key: UInt16) -> KeyStep { KeyStep(raw: min(key, EventCode.lastKey)) }

    /// The keycode; nil for the end of a packet.
    public var key: UInt16? { self == .packetEnd ? nil : raw & ~Self.downBit }

    public var isDown: Bool { self != .packetEnd && raw & Self.downBit != 0 }
}
