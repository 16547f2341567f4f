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
    public var lookup: (_ member: String, _ ticket: LookupTicket) -> Void

    public init(
        status: @escaping () -> JSONValue, scanners: @escaping () -> [ScannerStatus],
        endpoint: @escaping () -> JSONValue,
        lookup: @escaping (_ member: String, _ ticket: LookupTicket) -> Void
    ) {
        self.status = status
        self.scanners = scanners
        self.endpoint = endpoint
        self.lookup = lookup
    }
}

/// Says whose question an outcome answers.
public struct LookupTicket: Hashable, Sendable {
    let listener: UInt64
    let number: UInt64
}
