import LocalHTTP
import LoopTesting
import Loyalty
import Outbox
import Purchases
import Till

/// What outlives a run of the service: the provider, and a directory with the outbox and the token files.
final class Shop: Sendable {
    static let token = "till token+1%"
    /// The token as a URL carries it.
    static let query = "_token=till+token%2B1%25&ow_account=shop-9"
    static let queuedText = "Sus puntos, más tarde"
    static let queuedAnswer = "{\"Status\":\"accepted\",\"PrinterText\":\"\(queuedText)\"}"

    let provider: Provider
    let room: Room
    let lines = LogLines()

    init() async throws {
        provider = try await Provider()
        room = try Room()
        try room.write(Self.token + "\n", to: "till-token")
        try room.write(Provider.token + "\n", to: "token")
    }

    var endpoint: EndpointSettings {
        let place = "http://\(provider.host):\(provider.port)/agora"
        let query = "_token={token}&ow_account={account}"
        return EndpointSettings(
            account: Provider.account, tokenFile: "\(room.path)/token",
            memberURL: "\(place)/member/{member_id}?\(query)", purchaseURL: "\(place)/invoices?\(query)",
            timeoutMilliseconds: 10_000, locale: "es")
    }

    /// With times that a slow machine keeps; tests about them set their own.
    var settings: PurchaseSettings {
        var outbox = OutboxSettings()
        outbox.path = "\(room.path)/outbox/outbox.db"
        var answers = AnswerSettings()
        answers.answerMilliseconds = 30_000
        answers.queuedText = Self.queuedText
        var till = LoopbackAddress("127.0.0.1:0").map { TillSettings(listen: $0) }
        till?.tokenFile = "\(room.path)/till-token"
        return PurchaseSettings(till: till, outbox: outbox, endpoint: endpoint, answers: answers)
    }

    func with(_ change: (inout PurchaseSettings) -> Void) -> PurchaseSettings {
        var settings = settings
        change(&settings)
        return settings
    }

    /// Starts the service.
    func open(_ settings: PurchaseSettings? = nil) async throws -> OpenShop {
        try await OpenShop(settings ?? self.settings, lines)
    }

    /// Runs `body` with the service started, and stops it.
    func run(_ settings: PurchaseSettings? = nil, _ body: (OpenShop) async throws -> Void) async throws {
        let till = try await open(settings)
        do {
            try await body(till)
        } catch {
            try await till.stop()
            throw error
        }
        try await till.stop()
    }
}
