import LoopTesting
import Outbox
import Purchases
import Testing

@testable import Till

/// What one run leaves the next.
@Suite("Purchases over a restart", .serialized)
struct RestartTests {
    @Test("what is queued goes out in order, member by member")
    func order() async throws {
        let shop = try await Shop()
        try await shop.provider.goDown()
        try await shop.run { till async throws in
            for number in 1...30 {
                #expect(try await till.post(Invoices.sale(number, "m\(number % 3)")).fate == "queued")
            }
        }
        try await shop.provider.goUp()
        try await shop.run { till async throws in
            #expect(await Wait.until { till.news.entries.count == 30 })
            #expect(Set(till.told) == Set((1...30).map { "accepted T-\($0)" }))
            #expect(await Wait.until { till.service.status.queued == 0 })
        }
        let posted = shop.provider.posted.entries.map(\.sale)
        #expect(posted.count == 30)
        for member in 0..<3 {
            let own = (1...30).filter { $0 % 3 == member }.map { Invoices.name($0) }
            #expect(posted.filter(own.contains) == own)
        }
    }

    /// A shop with a failed sale and the refund that waits for it, in a run of their own.
    private func shopWithFailedSale() async throws -> Shop {
        let shop = try await Shop()
        shop.provider.invoices(.say(500, ""))
        try await shop.run { till async throws in
            #expect(try await till.post(Invoices.sale(1, "m1")).fate == "queued")
            shop.provider.invoices(.reject("x"))
            #expect(await till.isTold(["queued T-1", "failed T-1"]))
            shop.provider.invoices(.accept)
            #expect(try await till.post(Invoices.refund(2, "m1")).fate == "queued")
        }
        #expect(!shop.provider.posted.entries.map(\.sale).contains("T-2"))
        return shop
    }

    @Test("a refund waits for its failed sale until that is sent again")
    func resend() async throws {
        let shop = try await shopWithFailedSale()
        try await shop.run { till async throws in
            // Another sale of the member's does not wait, and tells that all was read.
            #expect(try await till.post(Invoices.sale(3, "m2")).fate == "accepted")
            #expect(try await till.stored() == ["failed T-1", "queued T-2", "accepted T-3"])
            #expect(!shop.provider.posted.entries.map(\.sale).contains("T-2"))
            #expect(try await till.resend(2) == false, "it has not failed")
            #expect(try await till.resend(77) == false)
            #expect(try await till.resend(1))
            #expect(await till.isTold(["accepted T-3", "accepted T-1", "accepted T-2"]))
            #expect(try await till.resend(1) == false, "it is over")
        }
        #expect(Array(shop.provider.posted.entries.map(\.sale).suffix(2)) == ["T-1", "T-2"])
    }

    @Test("a refund waits for its failed sale until that is given up")
    func discard() async throws {
        let shop = try await shopWithFailedSale()
        let before = shop.provider.posted.entries.count
        try await shop.run { till async throws in
            #expect(await Wait.until { till.service.status.failed == 1 && till.service.status.queued == 1 })
            #expect(await till.discard(77) == false)
            #expect(await till.discard(1))
            #expect(await till.isTold(["accepted T-2"]))
            #expect(try await till.stored() == ["discarded T-1", "accepted T-2"])
            #expect(await till.discard(1) == false, "it is over")
        }
        #expect(shop.provider.posted.entries.dropFirst(before).map(\.sale) == ["T-2"])
    }

    @Test("a refund goes behind its sale that still waits, with new sales after a restart")
    func refundBehindSale() async throws {
        let shop = try await Shop()
        try await shop.provider.goDown()
        try await shop.run { till async throws in
            #expect(try await till.post(Invoices.sale(1, "m1", item: "a")).fate == "queued")
            // It names the sale's item and another member.
            #expect(try await till.post(Invoices.refund(2, "m2", item: "a")).fate == "queued")
            #expect(try await till.post(Invoices.refund(3)).fate == "queued", "it names nobody, and waits for all")
        }
        try await shop.provider.goUp()
        try await shop.run { till async throws in
            #expect(await till.isTold(["accepted T-1", "accepted T-2", "accepted T-3"]))
        }
        #expect(shop.provider.posted.entries.map(\.sale) == ["T-1", "T-2", "T-3"])
    }

    @Test("a queued purchase can be given up, and is not sent")
    func discardQueued() async throws {
        let shop = try await Shop()
        try await shop.provider.goDown()
        try await shop.run { till async throws in
            #expect(try await till.post(Invoices.sale(1, "m1")).fate == "queued")
            #expect(await till.discard(1))
            try await shop.provider.goUp()
            #expect(try await till.post(Invoices.sale(1, "m1")).fate == "rejected", "the till is told when it asks")
            till.service.endpointAnswered()
            #expect(try await till.post(Invoices.sale(2, "m1")).status == 200)
            #expect(await Wait.until { till.told.contains("accepted T-2") })
            #expect(try await till.stored() == ["discarded T-1", "accepted T-2"])
        }
        #expect(shop.provider.posted.entries.map(\.sale) == ["T-2"])
    }

    @Test("what the provider has asked for is waited over a restart, with the same token, until a reload")
    func silence() async throws {
        let shop = try await Shop()
        shop.provider.invoices(.say(429, "", ["Retry-After": "3600"]))
        try await shop.run { till async throws in
            #expect(try await till.post(Invoices.sale(1, "m1")).fate == "queued")
            #expect(await till.isSilent())
            _ = try await till.list()
        }
        shop.provider.invoices(.accept)
        try await shop.run { till async throws in
            #expect(try await till.post(Invoices.sale(2, "m2")).fate == "queued")
            #expect(await till.isSilent())
            #expect(till.service.status.isFailing == true && till.service.status.lastDetail == "http_429")
            #expect(shop.provider.posted.entries.count == 1)
            let other = shop.with { $0.answers.queuedText = "later" }
            till.service.replace(other)
            #expect(await Wait.until { Set(till.accepted) == ["T-1", "T-2"] })
            _ = try await till.list()
        }
        try await shop.run { till async throws in
            #expect(try await till.post(Invoices.sale(3, "m3")).fate == "accepted", "it was lifted for good")
        }
    }

    @Test("another token has not been asked to wait")
    func otherToken() async throws {
        let shop = try await Shop()
        shop.provider.invoices(.say(403, "", ["Retry-After": "3600"]))
        try await shop.run { till async throws in
            #expect(try await till.post(Invoices.sale(1, "m1")).fate == "queued")
            _ = try await till.list()
        }
        shop.provider.invoices(.accept)
        try shop.room.write("another-token\n", to: "token")
        try await shop.run { till async throws in #expect(await till.isTold(["accepted T-1"])) }
        #expect(shop.provider.posted.entries.last?.query.contains("another-token") == true)
    }

    @Test("lists by state, member and sale, page by page, with the invoice while it is kept")
    func lists() async throws {
        let shop = try await Shop()
        shop.provider.invoice("T-2", .say(500, ""))
        try await shop.run { till async throws in
            for number in 1...3 { _ = try await till.post(Invoices.sale(number, "m\(number)")) }
            #expect(await Wait.until { till.told.count == 3 })
            #expect(try await till.list(PurchaseFilter(states: [.queued])).map(\.sale) == ["T-2"])
            #expect(try await till.list(PurchaseFilter(member: "m3")).map(\.sale) == ["T-3"])
            #expect(try await till.list(PurchaseFilter(sale: "T-1")).map(\.members) == [["m1"]])
            let page = try await withCheckedContinuation { continuation in
                till.service.list(PurchaseFilter(), after: 1, limit: 1, withInvoices: true) {
                    continuation.resume(returning: $0)
                }
            }.get()
            #expect(page.map(\.purchase.sale) == ["T-2"])
            #expect(page.first?.invoice == Invoices.sale(2, "m2"))
        }
    }
}
