import EventLoop
import JSON
import LoopTesting
import Outbox
import Purchases
import SystemCalls
import Testing

@testable import Till

/// The real service on its own threads, and who speaks to it.
final class OpenShop: Sendable {
    let service: TillService
    /// What was told, as `STATUS SALE`.
    let news = Journal<PurchaseNews>()
    /// The members whose balances were said to be others, in order.
    let changed = Journal<String>()
    private let members: Members

    init(_ settings: PurchaseSettings, _ lines: LogLines) async throws {
        let members = try await Members(settings.endpoint)
        self.members = members
        service = try TillService(
            settings, userAgent: "scanbridge/test",
            handlers: PurchaseHandlers(
                lookUp: { members.lookUp($0, $1) },
                membersChanged: { [changed] ids in
                    members.changed(ids)
                    for id in ids { changed.append(id) }
                },
                tell: { [news] in news.append($0) }),
            logger: lines.logger)
    }

    func stop() async throws {
        try await Aside.run { [self] in
            service.stop()
            members.stop()
        }
    }

    /// Calls `body` on the till's thread.
    func onThread<Value: Sendable>(_ body: @escaping @Sendable (TillParts) -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            service.loop.post { [parts = service.parts] in continuation.resume(returning: body(parts)) }
        }
    }

    /// The port that the till's endpoint listens on.
    func port() async -> UInt16 { await onThread { $0.server?.port ?? 0 } }

    func client() async throws -> Client { try Client(await port()) }

    // MARK: Requests

    /// Asks on a connection of its own; nil if that ends without an answer.
    func ask(
        _ method: String, _ target: String, _ fields: [String] = [], _ body: [UInt8]? = nil
    ) async throws -> Answer? {
        let port = await port()
        return try await Aside.run {
            let begun = MonotonicTime.now()
            let client = try Client(port)
            try client.send(method, target, fields, body)
            var answer = try client.answer()
            answer?.milliseconds = MonotonicTime.now().milliseconds(since: begun)
            return answer
        }
    }

    func post(_ invoice: [UInt8]) async throws -> Answer {
        try #require(try await ask("POST", "/agora/invoices?\(Shop.query)", [], invoice))
    }

    func member(_ id: String) async throws -> Answer {
        try #require(try await ask("GET", "/agora/member/\(id)?\(Shop.query)"))
    }

    // MARK: What there is

    /// Whether nothing is sent since the provider has asked for that.
    func isSilent() async -> Bool { await onThread { $0.desk?.machine.silenceDetail(now: .now()) != nil } }

    /// What was told, as `accepted T-1`.
    var told: [String] { news.entries.map { "\($0.status) \($0.facts.sale)" } }

    /// The sales that were told to be accepted, in order.
    var accepted: [String] { news.entries.filter { $0.status == .accepted }.map(\.facts.sale) }

    /// Waits until it was told, for as long as any machine may need.
    func isTold(_ entries: [String]) async -> Bool { await Wait.until { told == entries } }

    func list(_ filter: PurchaseFilter = PurchaseFilter()) async throws -> [StoredPurchase] {
        try await withCheckedContinuation { continuation in
            service.list(filter, after: 0, limit: 10_000, withInvoices: false) { continuation.resume(returning: $0) }
        }.get().map(\.purchase)
    }

    /// What is stored, as `accepted T-1`, by number.
    func stored() async throws -> [String] { try await list().map { "\($0.state.rawValue) \($0.sale)" } }

    func resend(_ id: Int64) async throws -> Bool {
        try await withCheckedContinuation { continuation in
            service.resend(id) { continuation.resume(returning: $0) }
        }.get()
    }

    func discard(_ id: Int64) async -> Bool {
        await withCheckedContinuation { continuation in
            service.discard(id) { continuation.resume(returning: $0) }
        }
    }
}
