import FoundationEssentials
import JSON

/// Something that happened, told to every listener that asked for its type.
public enum Event: Equatable, Sendable {
    case scanner(ScannerInfo, ScannerState)
    case scan(ScanEvent)
    case scanDamaged(DamagedScanEvent)
    case member(MemberEvent)
    case pass(PassEvent)
    case purchase(PurchaseEvent)
    case balance(BalanceEvent)

    public var type: EventType {
        switch self {
        case .scanner: .scanner
        case .scan: .scan
        case .scanDamaged: .scanDamaged
        case .member: .member
        case .pass: .pass
        case .purchase: .purchase
        case .balance: .balance
        }
    }
}

/// What is known of one scanner.
public struct ScannerInfo: Equatable, Sendable {
    /// Names the scanner in all events, as long as it stays in one port.
    public var id: String
    public var name: String
    /// USB vendor, four hexadecimal digits; likewise `product`.
    public var vendor: String
    public var product: String
    /// The serial number, if the device has one; `null` on the wire otherwise.
    public var serial: String?
    /// Where it is plugged in (udev's `ID_PATH`); `null` on the wire if unknown.
    public var port: String?

    public init(id: String, name: String, vendor: String, product: String, serial: String?, port: String?) {
        self.id = id
        self.name = name
        self.vendor = vendor
        self.product = product
        self.serial = serial
        self.port = port
    }
}

/// Whether a scanner is read.
public enum ScannerState: Equatable, Sendable {
    case connected
    case disconnected
    /// It is there and cannot be read: `busy`, `permission`, …, and what a person can do about it.
    case blocked(reason: String, message: String? = nil)
}

/// A scanner as a snapshot shows it.
public struct ScannerStatus: Equatable, Sendable {
    public var scanner: ScannerInfo
    public var state: ScannerState

    public init(scanner: ScannerInfo, state: ScannerState) {
        self.scanner = scanner
        self.state = state
    }
}

/// A code that was read whole.
public struct ScanEvent: Equatable, Sendable {
    /// The scan's id, the same in its `member` event.
    public var scanID: String
    public var scannerID: String
    public var code: String
    /// The symbology's name, where the scanner tells it or the code's length and check digit say it.
    public var symbology: String?
    /// Whether the symbology is only what length and check digit say.
    public var isSymbologyGuessed: Bool
    /// The AIM identifier, where the scanner sends one.
    public var aim: String?
    /// The name of the route that the code took.
    public var route: String?
    /// Whether the member endpoint is asked, so that a `member` event follows.
    public var lookup: Bool
    /// Whether the code was typed on to the till.
    public var passed: Bool
    /// Why it was not, where its route would have it so; absent on the wire otherwise.
    public var refusal: PassRefusal?

    public init(
        scanID: String, scannerID: String, code: String, symbology: String? = nil,
        isSymbologyGuessed: Bool = false, aim: String? = nil, route: String? = nil, lookup: Bool, passed: Bool = false,
        refusal: PassRefusal? = nil
    ) {
        self.scanID = scanID
        self.scannerID = scannerID
        self.code = code
        self.symbology = symbology
        self.isSymbologyGuessed = isSymbologyGuessed
        self.aim = aim
        self.route = route
        self.lookup = lookup
        self.passed = passed
        self.refusal = refusal
    }
}

/// A scan of which something was lost. Its characters are told to nobody: a part of a code may be another one's number.
public struct DamagedScanEvent: Equatable, Sendable {
    public enum Reason: String, CaseIterable, Sendable {
        case overflow
        case unplugged
        case timeout
        case undecodable
        case tooLong = "too_long"
    }

    public var scanID: String
    public var scannerID: String
    public var reason: Reason

    public init(scanID: String, scannerID: String, reason: Reason) {
        self.scanID = scanID
        self.scannerID = scannerID
        self.reason = reason
    }
}

/// The member endpoint's answer to one scan.
public struct MemberEvent: Equatable, Sendable {
    public var scanID: String
    public var scannerID: String
    /// What was asked for.
    public var code: String
    public var outcome: LookupOutcome

    public init(scanID: String, scannerID: String, code: String, outcome: LookupOutcome) {
        self.scanID = scanID
        self.scannerID = scannerID
        self.code = code
        self.outcome = outcome
    }
}

/// What came of asking for a member, by a scan or by the method `lookup`.
public struct LookupOutcome: Equatable, Sendable {
    public enum Source: Equatable, Sendable {
        case live
        /// An answer that was kept, and for how long.
        case cache(ageMilliseconds: Int)
    }

    /// `found`, `not_found`, `rejected`, `misconfigured`, `rate_limited` or `unavailable`.
    public var status: String
    /// The member, if found.
    public var member: Member?
    /// From the question to the outcome.
    public var lookupMilliseconds: Int
    public var source: Source

    public init(status: String, member: Member? = nil, lookupMilliseconds: Int, source: Source = .live) {
        self.status = status
        self.member = member
        self.lookupMilliseconds = lookupMilliseconds
        self.source = source
    }
}

/// A member of the loyalty programme.
public struct Member: Equatable, Sendable {
    /// The provider's own id, which may differ from what was scanned.
    public var id: String
    public var name: String?
    public var balance: Decimal?
    /// The provider's text for a person.
    public var displayText: String
    /// The provider's rewards as they came.
    public var rewards: [JSONValue]

    public init(id: String, name: String?, balance: Decimal?, displayText: String, rewards: [JSONValue] = []) {
        self.id = id
        self.name = name
        self.balance = balance
        self.displayText = displayText
        self.rewards = rewards
    }
}
