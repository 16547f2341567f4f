import LoopTesting
import Outbox
import Purchases
import Testing

@testable import Till

/// What the till is told of an invoice, and what others are told of it.
@Suite("The till posts an invoice", .serialized)
struct PurchaseTests {
    @Test("the provider's answer is the till's, byte for byte")
    func accepted() async throws {
        let shop = try await Shop()
        try await shop.run { till async throws in
            let answer = try await till.post(Invoices.sale(7, "m1", "m2"))
            #expect(answer.status == 200)
            #expect(answer.text == Provider.acceptance("T-7"))
            #expect(await till.isTold(["accepted T-7"]))
            #expect(till.changed.entries == ["m1", "m2"])
            let news = try #require(till.news.entries.first)
            #expect(news.printerText == "Gracias ¡T-7! \u{1F389}" && news.reason == nil && news.id == 1)
            #expect(news.facts.members == ["m1", "m2"] && news.facts.amount == "7.25" && !news.facts.isRefund)
            let status = till.service.status
            #expect(status.outbox == "ok" && status.stored == 1 && status.accepted == 1 && status.queued == 0)
            #expect(status.isFailing == false && status.requests == 1)
        }
        let posted = shop.provider.posted.entries
        #expect(posted.map(\.body) == [Invoices.sale(7, "m1", "m2")])
        #expect(posted.map(\.query) == ["_token=\(Provider.token)&ow_account=\(Provider.account)"])
        #expect(posted.allSatisfy { $0.key.count == 64 })
    }

    @Test("a refusal of the provider's is the till's, and is over")
    func rejected() async throws {
        let shop = try await Shop()
        shop.provider.invoices(.reject("no es socio"))
        try await shop.run { till async throws in
            let answer = try await till.post(Invoices.sale(1, "m1"))
            #expect(answer.status == 200 && answer.text == Provider.rejection("no es socio"))
            #expect(await till.isTold(["rejected T-1"]))
            #expect(till.news.entries.first?.reason == "no es socio")
            #expect(try await till.stored() == ["rejected T-1"])
            #expect(till.changed.entries.isEmpty)
        }
    }

    @Test(
        "a refusal by status becomes one that the till understands",
        arguments: [
            (404, "", "unknown member"), (404, "{\"message\":\"baja\"}", "baja"),
            (422, "{\"error\":\"x\"}", "x"), (400, "<html>", "the loyalty provider refuses this sale (HTTP 400)"),
        ])
    func refusedByStatus(_ status: Int, _ body: String, _ reason: String) async throws {
        let shop = try await Shop()
        shop.provider.invoices(.say(status, body))
        try await shop.run { till async throws in
            let answer = try await till.post(Invoices.sale(1, "m1"))
            #expect(answer.status == 200)
            #expect(answer.text == "{\"Status\":\"rejected\",\"RejectReason\":\"\(reason)\"}")
            #expect(await till.isTold(["rejected T-1"]))
            #expect(till.news.entries.first?.reason == reason)
        }
    }

    /// What a provider that does not take an invoice does, and what its time-out is.
    private static let failures: [Provider.Way] = [
        .say(500, "oops"), .say(503, ""), .say(429, "", ["Retry-After": "1"]), .say(401, "{}"), .say(200, "<html>"),
        .say(302, "", ["Location": "http://127.0.0.1:1/"]), .say(409, "{}"), .hang,
    ]

    @Test("what is not taken now is acknowledged, and goes out by itself", arguments: failures)
    func later(_ way: Provider.Way) async throws {
        let shop = try await Shop()
        shop.provider.invoices(way)
        let settings = shop.with { if way == .hang { $0.answers.answerMilliseconds = 4000 } }
        try await shop.run(settings) { till async throws in
            let answer = try await till.post(Invoices.sale(1, "m1"))
            #expect(answer.status == 200 && answer.text == Shop.queuedAnswer)
            #expect(await till.isTold(["queued T-1"]))
            #expect(till.news.entries.first?.printerText == Shop.queuedText)
            #expect(try await till.stored() == ["queued T-1"])
            shop.provider.invoices(.accept)
            // One that hangs is given up after half a minute, if the connection does not end before.
            if way == .hang {
                try await shop.provider.goDown()
                try await shop.provider.goUp()
            }
            #expect(await till.isTold(["queued T-1", "accepted T-1"]))
            #expect(till.news.entries.last?.printerText == "Gracias ¡T-1! \u{1F389}")
            #expect(try await till.stored() == ["accepted T-1"])
        }
        let posted = shop.provider.posted.entries
        #expect(posted.count > 1 && Set(posted.map(\.key)).count == 1)
        #expect(posted.allSatisfy { $0.body == Invoices.sale(1, "m1") })
    }

    @Test("a provider that is down is noticed at once, and its return by a lookup's answer")
    func down() async throws {
        let shop = try await Shop()
        try await shop.provider.goDown()
        try await shop.run { till async throws in
            #expect(try await till.post(Invoices.sale(1, "m1")).fate == "queued")
            #expect(till.service.status.isFailing == true && till.service.status.lastDetail == "refused")
            #expect(till.service.status.queued == 1)
            try await shop.provider.goUp()
            till.service.endpointAnswered()
            #expect(await till.isTold(["queued T-1", "accepted T-1"]))
        }
    }

    @Test("a refusal that comes when the till has its answer is for a person")
    func refusedLater() async throws {
        let shop = try await Shop()
        shop.provider.invoices(.say(500, ""))
        try await shop.run { till async throws in
            #expect(try await till.post(Invoices.sale(1, "m1")).fate == "queued")
            shop.provider.invoices(.reject("tarde"))
            #expect(await till.isTold(["queued T-1", "failed T-1"]))
            #expect(till.news.entries.last?.reason == "tarde")
            #expect(await Wait.until { till.service.status.failed == 1 })
        }
    }

    @Test(
        "what is no invoice is refused, and nothing is stored", arguments: ["", "{", "[]", "nothing", "\"x\"", "{}x"])
    func noInvoice(_ body: String) async throws {
        let shop = try await Shop()
        try await shop.run { till async throws in
            let answer = try await till.post(Array(body.utf8))
            #expect(answer.status == 400)
            #expect(["bad_json", "bad_invoice"].contains(answer.code))
            #expect(try await till.list().isEmpty)
        }
        #expect(shop.provider.posted.entries.isEmpty)
    }
}
