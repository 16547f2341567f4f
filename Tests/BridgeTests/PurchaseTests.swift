import FoundationEssentials
import Glibc
import JSON
import LoopTesting
import Routing
import ScanbridgeClient
import Testing

@testable import Bridge

/// Purchases through the whole service: from listeners and the till to the provider, and back as events.
@Suite("Bridge: purchases")
struct PurchaseTests {
    /// `accepted S-1 77` and `balance 77 257 -> 267 S-1`.
    private func stories(_ events: [Event]) -> [String] {
        events.compactMap { event in
            switch event.kind {
            case .purchase(let one): "\(one.status) \(one.sale) \(one.members.joined(separator: ","))"
            case .balance(let one):
                "balance \(one.member) \(one.old.map { "\($0)" } ?? "-") -> \(one.new.map { "\($0)" } ?? "-") \(one.sale)"
            default: nil
            }
        }
    }

    private func isLookedUp(_ events: [Event]) -> Bool {
        events.contains { if case .member = $0.kind { true } else { false } }
    }

    private func code(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return (error as? ClientError)?.code
        }
    }

    /// Whether the service comes to say this of purchases, or, with nil, nothing.
    private func isSaid(_ words: String?, _ shop: PurchaseTill) async -> Bool {
        let isSo = { (said: [String]) in
            guard let last = said.last else { return false }
            return words.map { last.hasSuffix("; \($0)") } ?? !last.contains("purchases")
        }
        return isSo(await shop.till.summaries.wait(until: isSo))
    }

    @Test("a listener hands a sale in; all hear of it, and of the balance before and after")
    func method() async throws {
        let shop = try await PurchaseTill(["0012345678": 257, "88": 5], typing: ["0012345678"])
        let journal = try shop.till.listen()
        _ = await journal.wait { isLookedUp($0) }
        var connection = try shop.connect()
        let purchase = try connection.purchase(sale: "S-1", member: "0012345678", amount: 10, currency: "EUR")
        #expect(purchase.status == "accepted" && purchase.sale == "S-1" && purchase.printerText == "Gracias")
        #expect(purchase.number == 1)
        _ = await journal.wait { stories($0).count == 2 }
        // Nobody has asked about this one before.
        _ = try connection.purchase(sale: "S-2", member: "88", amount: 3)
        _ = await journal.wait { stories($0).count == 4 }
        // The same sale once more is the same sale.
        #expect(try connection.purchase(sale: "S-2", member: "88", amount: 3).status == "accepted")
        _ = try connection.purchase(sale: "S-3", member: "88", amount: 2)
        let events = await journal.wait { stories($0).count == 6 }
        #expect(
            stories(events) == [
                "accepted S-1 0012345678", "balance 0012345678 257 -> 267 S-1",
                "accepted S-2 88", "balance 88 - -> 8 S-2",
                "accepted S-3 88", "balance 88 8 -> 10 S-3",
            ])
        let status = try connection.status()["purchases"]
        #expect(status?["outbox"]?.string == "ok" && status?["provider"]?.string == "ok")
        #expect(status?["stored"]?.integer == 3 && status?["accepted"]?.integer == 3)
        #expect(status?["repeated"]?.integer == 1 && status?["queued"]?.integer == 0)
        #expect(status?["till"]?["listening"]?.string == "127.0.0.1:0")
        try await shop.till.stop()
    }

    @Test("the till's question about the card just scanned costs the provider nothing")
    func sharedLookup() async throws {
        let shop = try await PurchaseTill(["0012345678": 257], typing: ["0012345678"])
        let journal = try shop.till.listen()
        _ = await journal.wait { isLookedUp($0) }
        #expect(try await shop.member("0012345678")?.contains("tienes 257 puntos") == true)
        #expect(shop.provider.requests.entries == ["GET 0012345678"])
        try await shop.till.stop()
    }

    @Test("after a purchase the till's next question gets the new balance")
    func freshBalance() async throws {
        let shop = try await PurchaseTill(["77": 0])
        for number in 1...20 {
            _ = try await shop.member("77")
            #expect(try await shop.post("T-\(number)", "77", 1)?.contains("accepted") == true)
            #expect(try await shop.member("77")?.contains("tienes \(number) puntos") == true)
        }
        try await shop.till.stop()
    }

    @Test("a sale that waits is told so, and the balance follows when it is taken")
    func later() async throws {
        let shop = try await PurchaseTill(["77": 10])
        shop.provider.takes(false)
        let journal = try shop.till.listen()
        var connection = try shop.connect()
        #expect(try connection.purchase(sale: "S-1", member: "77", amount: 5).status == "queued")
        let listed = try connection.request("purchases", ["states": ["queued"], "invoices": true])["purchases"]?.array
        #expect(listed?.count == 1 && listed?.first?["invoice"]?["Serie"]?.string == "S-1")
        #expect(await isSaid("purchases wait for the provider", shop))
        shop.provider.takes(true)
        let events = await journal.wait { stories($0).count == 3 }
        #expect(stories(events) == ["queued S-1 77", "accepted S-1 77", "balance 77 - -> 15 S-1"])
        #expect(await isSaid(nil, shop))
        try await shop.till.stop()
    }

    @Test("what keeps purchases from being stored is said at once, and no more when it is over")
    func summary() async throws {
        let shop = try await PurchaseTill(["77": 10], hasEndpoint: false)
        let outbox = shop.till.directory + "/outbox.db"
        #expect(mkdir(outbox, 0o700) == 0)
        try await shop.reload(hasEndpoint: true)
        #expect(await isSaid("purchases cannot be stored (see scanbridge check)", shop))
        #expect(rmdir(outbox) == 0)
        #expect(await isSaid(nil, shop))
        #expect(try await shop.post("T-1", "77", 1) != nil)
        try await shop.till.stop()
    }

    @Test("root and the service's user decide about purchases, and nobody else")
    func trust() async throws {
        #expect(Bridge.isTrusted(0) && Bridge.isTrusted(geteuid()))
        #expect(!Bridge.isTrusted(geteuid() == 65_534 ? 65_533 : 65_534) && !Bridge.isTrusted(.max))
        let shop = try await PurchaseTill(["77": 10])
        shop.provider.takes(false)
        var connection = try shop.connect()
        #expect(try connection.purchase(sale: "S-1", member: "77", amount: 5).status == "queued")
        #expect(code { _ = try connection.request("purchases", ["action": "resend", "purchase": 1]) } == "not_found")
        let answer = try connection.request("purchases", ["action": "discard", "purchase": 1])
        #expect(answer["action"]?.string == "discard" && answer["purchase"]?.integer == 1)
        #expect(code { _ = try connection.request("purchases", ["action": "discard", "purchase": 1]) } == "not_found")
        try await shop.till.stop()
    }

    @Test("a reload switches the till's endpoint on and off")
    func reload() async throws {
        let shop = try await PurchaseTill(["77": 10], hasEndpoint: false)
        #expect(try await shop.port() == nil)
        try await shop.reload(hasEndpoint: true)
        #expect(try await shop.member("77") != nil)
        #expect(try await shop.post("T-1", "77", 1) != nil)
        try await shop.reload(hasEndpoint: false)
        #expect(try await shop.port() == nil)
        // Listeners' sales go on.
        var connection = try shop.connect()
        #expect(try connection.purchase(sale: "S-1", member: "77", amount: 5).status == "accepted")
        try await shop.reload(hasEndpoint: true)
        #expect(try await shop.member("77")?.contains("tienes 16 puntos") == true)
        try await shop.till.stop()
    }

    @Test("purchases of an earlier run go out, and their events come")
    func earlierRun() async throws {
        let shop = try await PurchaseTill(["77": 10])
        shop.provider.takes(false)
        var connection = try shop.connect()
        #expect(try connection.purchase(sale: "S-1", member: "77", amount: 5).status == "queued")
        let (directory, port) = (shop.till.directory, shop.provider.port)
        try await shop.till.stop()
        shop.provider.takes(true)
        let next = try Till(memberURL: Till.url(port: port)) { configuration, _ in
            PurchaseTill.set(&configuration, directory, port, hasEndpoint: false)
        }
        try await next.start(typing: [])
        let events = await (try next.listen()).wait { stories($0).count == 2 }
        #expect(stories(events) == ["accepted S-1 77", "balance 77 - -> 15 S-1"])
        try await next.stop()
    }

    @Test("without an account there is nobody to take purchases")
    func notConfigured() async throws {
        let till = try Till(memberURL: nil, routes: [("all", "", false, .never)])
        try await till.start(typing: [])
        var connection = try Connection(socketPath: till.socket)
        #expect(code { _ = try connection.purchase(sale: "S-1", member: "77", amount: 5) } == "not_configured")
        #expect(code { _ = try connection.request("purchases") } == "not_configured")
        #expect(try connection.status()["purchases"]?["outbox"]?.string == "none")
        try await till.stop()
    }

    @Test("what is no sale is refused with words for a programmer")
    func badSale() async throws {
        let shop = try await PurchaseTill(["77": 10])
        var connection = try shop.connect()
        #expect(
            code { _ = try connection.purchase(sale: "S-1", member: "77", amount: 5, time: "yesterday") }
                == "bad_request")
        #expect(code { _ = try connection.request("purchase", ["invoice": []]) } == "bad_request")
        #expect(shop.provider.requests.entries.isEmpty)
        try await shop.till.stop()
    }
}
