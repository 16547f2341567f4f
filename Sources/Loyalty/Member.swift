import FoundationEssentials
import JSON

/// What the member endpoint says of a member.
///
/// All of it is personal: it goes to listeners and into no log. Its description therefore shows none of it.
public struct Member: Equatable, Sendable {
    /// The provider's own id, which may differ from what was scanned: 1 to ``maxIDBytes`` bytes, without control characters.
    public let id: String
    /// nil if neither a field nor the display text names the member beyond doubt. At most ``maxNameBytes`` bytes.
    public let name: String?
    /// nil if neither a field nor the display text holds the balance beyond doubt.
    public let balance: Decimal?
    /// Free text for a person, at most ``maxDisplayTextBytes`` bytes.
    public let displayText: String
    /// As the provider sent them, at most ``maxRewards``, written in at most ``maxRewardsBytes`` bytes of JSON.
    public let rewards: [JSONValue]

    public static let maxIDBytes = 256
    public static let maxNameBytes = 200
    public static let maxDisplayTextBytes = 4096
    public static let maxRewards = 64
    public static let maxRewardsBytes = 32 * 1024

    public init(
        id: String, name: String? = nil, balance: Decimal? = nil, displayText: String = "", rewards: [JSONValue] = []
    ) {
        self.id = id
        self.name = name
        self.balance = balance
        self.displayText = displayText
        self.rewards = rewards
    }
}

extension Member: CustomStringConvertible, CustomReflectable {
    public var description: String { "member" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
