import FoundationEssentials
import JSON

/// One event as the service sent it.
///
/// New versions of the service add fields and types: what this library does not know is in ``line``, and of the kind
/// ``Kind/other(type:)``.
public struct Event: Equatable, Sendable {
    /// The event's number within one run of the service; it only rises.
    public var seq: UInt64
    /// When it happened: RFC 3339, UTC, microseconds.
    public var time: String
    public var kind: Kind
    /// The line as it came, without its line feed.
    public var line: [UInt8]

    public enum Kind: Equatable, Sendable {
        /// How things are now. It comes first after each connection; whatever came before is replaced by it.
        case snapshot(Snapshot)
        case scanner(Scanner)
        /// A code was read. Its `member` event follows if `lookup` is true.
        case scan(Scan)
        /// A scan of which something was lost; have it repeated.
        case scanDamaged(DamagedScan)
        case member(MemberLookup)
        /// What became of a scan whose `reason` was `waiting`.
        case pass(Pass)
        /// How far a purchase has got.
        case purchase(Purchase)
        /// What the provider says of a member after a purchase.
        case balance(Balance)
        /// Events that this listener will not get, since the service holds them no longer.
        case gap(from: UInt64, to: UInt64)
        /// Events that came too fast for this listener. The library connects again and gets them.
        case lagged(from: UInt64, to: UInt64)
        /// A type that this version of the library does not know.
        case other(type: String)
    }
}

/// The state of things at the moment of subscribing.
public struct Snapshot: Equatable, Sendable {
    public var scanners: [Scanner]
    /// What the service knows of the member endpoint's health.
    public var endpoint: JSONValue
}

/// A scanner and whether it is read.
public struct Scanner: Equatable, Sendable {
    public var id: String
    public var name: String
    /// USB vendor and product, four hexadecimal digits each.
    public var vendor: String
    public var product: String
    public var serial: String?
    public var port: String?
    /// `connected`, `disconnected` or `blocked`.
    public var state: String
    /// Why it is blocked: `busy`, `permission`, …
    public var reason: String?
}

/// A code that was read.
public struct Scan: Equatable, Sendable {
    /// The scan's id, which its `member` event repeats.
    public var id: String
    /// The scanner's id.
    public var scanner: String
    public var code: String
    public var symbology: String?
    /// Whether ``symbology`` is only what the code's length and check digit say.
    public var isSymbologyGuessed: Bool
    public var aim: String?
    public var route: String?
    public var lookup: Bool
    /// Whether it was typed on to the till.
    public var passed: Bool
    /// Why it was not, where its route would have it so: `waiting` (a `pass` event follows), `command_keys`, …
    public var reason: String?
}

/// What became of a code that was to be typed on unless it is a member's.
public struct Pass: Equatable, Sendable {
    /// The scan's id.
    public var scan: String
    public var scanner: String
    public var passed: Bool
    /// Why it was not typed on: `member`, `late`, `unanswered`, …
    public var reason: String?
}

/// A scan of which something was lost.
public struct DamagedScan: Equatable, Sendable {
    public var id: String
    public var scanner: String
    /// `overflow`, `unplugged`, `timeout`, `undecodable` or `too_long`.
    public var reason: String
}

/// What the member endpoint answered.
public struct MemberLookup: Equatable, Sendable {
    /// The scan's id; nil for an answer to ``Connection/lookUp(_:)``.
    public var scan: String?
    public var scanner: String?
    /// What was asked for.
    public var code: String
    /// `found`, `not_found`, `rejected`, `misconfigured`, `rate_limited` or `unavailable`.
    public var status: String
    /// The member, if found.
    public var member: Member?
    public var milliseconds: Int
    /// How old the answer was if it came out of the cache; nil if the endpoint was asked.
    public var cachedMilliseconds: Int?
}

/// A member of the loyalty programme.
public struct Member: Equatable, Sendable {
    /// The provider's own id, which may differ from what was scanned.
    public var id: String
    public var name: String?
    public var balance: Decimal?
    /// The provider's text for a person.
    public var displayText: String
    public var rewards: [JSONValue]
}
