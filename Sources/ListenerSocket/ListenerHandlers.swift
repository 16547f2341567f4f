import Glibc
import JSON
import ListenerProtocol

/// What the server has to ask of the service. Called on the loop's thread, and to return at once.
public struct ListenerHandlers {
    /// What the method `status` shows.
    public var status: () -> JSONValue
    /// All scanners as they are now, for a snapshot.
    public var scanners: () -> [ScannerStatus]
    /// What is known of the member endpoint's health, for a snapshot.
    public var endpoint: () -> JSONValue
    /// Asks for a member. Each ticket is to be answered once, by ``ListenerServer/answer(_:with:)``, within the deadline of a lookup.
    /// The id comes from a listener: nothing has been checked but its length.
    public var lookup: (_ member: String, _ ticket: CallTicket) -> Void
    /// Takes a purchase. Each ticket is to be answered once, by ``ListenerServer/answer(_:with:)-(CallTicket,CallAnswer)``; so are those of `purchases`.
    public var purchase: (_ parameters: PurchaseParameters, _ ticket: CallTicket) -> Void
    /// Looks into the outbox, or changes something in it, for a listener that runs as this user.
    public var purchases: (_ request: OutboxRequest, _ user: uid_t, _ ticket: CallTicket) -> Void

    public init(
        status: @escaping () -> JSONValue, scanners: @escaping () -> [ScannerStatus],
        endpoint: @escaping () -> JSONValue,
        lookup: @escaping (_ member: String, _ ticket: CallTicket) -> Void,
        purchase: @escaping (_ parameters: PurchaseParameters, _ ticket: CallTicket) -> Void,
        purchases: @escaping (_ request: OutboxRequest, _ user: uid_t, _ ticket: CallTicket) -> Void
    ) {
        self.status = status
        self.scanners = scanners
        self.endpoint = endpoint
        self.lookup = lookup
        self.purchase = purchase
        self.purchases = purchases
    }
}

/// Says whose request an answer is for.
public struct CallTicket: Hashable, Sendable {
    let listener: UInt64
    let number: UInt64
}
