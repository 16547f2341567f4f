import Loyalty
import Outbox

/// What the purchases' part of the service works with.
public struct PurchaseSettings: Equatable, Sendable {
    /// Nil while the till has no endpoint here.
    public var till: TillSettings?
    public var outbox: OutboxSettings
    public var endpoint: EndpointSettings
    public var answers: AnswerSettings

    public init(till: TillSettings?, outbox: OutboxSettings, endpoint: EndpointSettings, answers: AnswerSettings) {
        self.till = till
        self.outbox = outbox
        self.endpoint = endpoint
        self.answers = answers
    }
}
