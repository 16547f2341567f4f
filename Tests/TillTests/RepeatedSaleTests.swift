import LoopTesting
import Purchases
import Testing

@testable import Till

/// A sale that the till sends again is one purchase, and gets that one's answer.
@Suite("The same sale twice", .serialized)
struct RepeatedSaleTests {
    @Test("after the provider's answer")
    func after() async throws {
        let shop = try await Shop()
        try await shop.run { till async throws in
            let first = try await till.post(Invoices.sale(1, "m1"))
            #expect(try await till.post(Invoices.sale(1, "m1")).body == first.body)
            #expect(await Wait.until { till.service.status.repeated == 1 })
            #expect(try await till.stored() == ["accepted T-1"])
        }
        // And in another run.
        try await shop.run { till async throws in
            #expect(try await till.post(Invoices.sale(1, "m1")).text == Provider.acceptance("T-1"))
            #expect(till.news.entries.isEmpty)
        }
        #expect(shop.provider.posted.entries.count == 1)
    }

    @Test("while the first is under way both wait for one answer")
    func underWay() async throws {
        let shop = try await Shop()
        shop.provider.invoices(.hold)
        try await shop.run { till async throws in
            async let first = till.post(Invoices.sale(1, "m1"))
            _ = await shop.provider.posted.wait(for: 1)
            async let second = till.post(Invoices.sale(1, "m1"))
            #expect(await Wait.until { await till.onThread { $0.desk?.status.repeated } == 1 })
            try await shop.provider.release()
            let answers = try await [first, second].map(\.text)
            #expect(answers == [Provider.acceptance("T-1"), Provider.acceptance("T-1")])
            #expect(await till.isTold(["accepted T-1"]))
        }
        #expect(shop.provider.posted.entries.count == 1)
    }

    @Test("twenty at the same moment")
    func crowd() async throws {
        let shop = try await Shop()
        try await shop.run { till async throws in
            let answers = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<20 { group.addTask { try await till.post(Invoices.sale(1, "m1")).text } }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(answers == [Provider.acceptance("T-1")])
            #expect(try await till.stored() == ["accepted T-1"])
        }
        #expect(shop.provider.posted.entries.count == 1)
    }

    @Test("one that was accepted later gets what the provider said then")
    func later() async throws {
        let shop = try await Shop()
        shop.provider.invoices(.say(500, ""))
        try await shop.run { till async throws in
            #expect(try await till.post(Invoices.sale(1, "m1")).fate == "queued")
            #expect(try await till.post(Invoices.sale(1, "m1")).fate == "queued", "still")
            shop.provider.invoices(.accept)
            #expect(await till.isTold(["queued T-1", "accepted T-1"]))
            #expect(try await till.post(Invoices.sale(1, "m1")).text == Provider.acceptance("T-1"))
        }
    }

    @Test("one that was refused gets the refusal, in this run and the next")
    func refused() async throws {
        let shop = try await Shop()
        shop.provider.invoices(.reject("nunca"))
        try await shop.run { till async throws in
            for _ in 0..<2 { #expect(try await till.post(Invoices.sale(1, "m1")).text == Provider.rejection("nunca")) }
        }
        try await shop.run { till async throws in
            #expect(try await till.post(Invoices.sale(1, "m1")).text == Provider.rejection("nunca"))
        }
        #expect(shop.provider.posted.entries.count == 1)
    }

    @Test("one that is queued from an earlier run is not stored again")
    func queuedBefore() async throws {
        let shop = try await Shop()
        try await shop.provider.goDown()
        try await shop.run { till async throws in #expect(try await till.post(Invoices.sale(1, "m1")).fate == "queued")
        }
        try await shop.run { till async throws in
            #expect(try await till.post(Invoices.sale(1, "m1")).fate == "queued")
            #expect(try await till.stored() == ["queued T-1"])
            try await shop.provider.goUp()
            till.service.endpointAnswered()
            #expect(await till.isTold(["accepted T-1"]))
        }
    }

    @Test("a refund of the same items is another document")
    func refund() async throws {
        let shop = try await Shop()
        try await shop.run { till async throws in
            #expect(try await till.post(Invoices.sale(1, "m1", item: "x")).fate == "accepted")
            #expect(try await till.post(Invoices.refund(2, "m1", item: "x")).fate == "accepted")
            #expect(try await till.stored() == ["accepted T-1", "accepted T-2"])
        }
    }
}
