import LoopTesting
import Outbox
import Purchases
import Testing

@testable import Till

/// A stop in the middle of everything.
@Suite("A stop of purchases", .serialized)
struct StopTests {
    @Test("who waits for the provider is told that it is stored, and the next run sends it")
    func waiting() async throws {
        let shop = try await Shop()
        shop.provider.invoices(.hang)
        let till = try await shop.open()
        let answers = try await withThrowingTaskGroup(of: String?.self) { group in
            for number in 1...8 {
                group.addTask {
                    try await till.ask(
                        "POST", "/agora/invoices?\(Shop.query)", [], Invoices.sale(number, "m\(number)"))?.fate
                }
            }
            #expect(await Wait.until { till.service.status.stored == 8 })
            try await till.stop()
            return try await group.reduce(into: [String?]()) { $0.append($1) }
        }
        #expect(answers == Array(repeating: "queued", count: 8))
        #expect(Set(till.told) == Set((1...8).map { "queued T-\($0)" }))
        shop.provider.invoices(.accept)
        try await shop.run { next async throws in
            #expect(await Wait.until { next.news.entries.count == 8 })
            #expect(Set(next.told) == Set((1...8).map { "accepted T-\($0)" }))
        }
    }

    @Test("who waits for a member is answered")
    func members() async throws {
        let shop = try await Shop()
        let till = try await shop.open()
        async let answer = till.ask("GET", "/agora/member/hanging?\(Shop.query)")
        _ = await shop.provider.asked.wait(for: 1)
        try await till.stop()
        #expect(try await answer?.fate == "503 unavailable")
    }

    @Test("a second stop does nothing")
    func twice() async throws {
        let shop = try await Shop()
        let till = try await shop.open()
        try await till.stop()
        try await till.stop()
    }

    @Test("what was acknowledged is there, whenever the stop comes", arguments: 0..<10)
    func anyMoment(_ turn: Int) async throws {
        let shop = try await Shop()
        if turn % 2 == 1 { shop.provider.invoices(.say(500, "")) }
        let till = try await shop.open()
        let port = await till.port()
        let acknowledged = try await withThrowingTaskGroup(of: [String].self) { group in
            for lane in 0..<3 {
                group.addTask { try await Aside.run { try Self.sell(lane, port) } }
            }
            _ = await Wait.until { till.service.status.stored >= 5 + turn * 3 }
            try await till.stop()
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(!acknowledged.isEmpty)
        shop.provider.invoices(.accept)
        try await shop.run { next async throws in
            #expect(await Wait.until { next.service.status.queued == 0 && next.service.status.outbox == "ok" })
            let stored = Set(try await next.list().map(\.sale))
            #expect(stored.isSuperset(of: acknowledged))
            // What is read is sent; whoever was first in the outbox is first with the provider.
            #expect(try await Wait.until { try await next.list().allSatisfy { $0.state == .accepted } })
        }
        let posted = Set(shop.provider.posted.entries.map(\.sale))
        #expect(posted.isSuperset(of: acknowledged))
    }

    /// Posts sales until the connection ends.
    ///
    /// - Returns: Those that were acknowledged.
    private static func sell(_ lane: Int, _ port: UInt16) throws -> [String] {
        let client = try Client(port)
        var names: [String] = []
        for number in 1...1000 {
            let sale = lane * 1000 + number
            do {
                try client.send("POST", "/agora/invoices?\(Shop.query)", [], Invoices.sale(sale, "m\(lane)"))
                guard let answer = try client.answer() else { return names }
                if answer.status == 200 { names.append(Invoices.name(sale)) }
            } catch {
                return names
            }
        }
        return names
    }
}
