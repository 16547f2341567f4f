import LoopTesting
import Outbox
import Purchases
import Testing

@testable import Till

/// Time, and numbers.
@Suite("The till's limits", .serialized)
struct LimitTests {
    @Test("a provider that hangs keeps no till for longer than answer_ms", arguments: [2000, 4000])
    func answerTime(_ milliseconds: Int) async throws {
        let shop = try await Shop()
        shop.provider.invoices(.hang)
        try await shop.run(shop.with { $0.answers.answerMilliseconds = milliseconds }) { till async throws in
            for number in 1...2 {
                let answer = try await till.post(Invoices.sale(number, "m\(number)"))
                #expect(answer.fate == "queued")
                let taken = answer.milliseconds
                // Nobody is told before it is plain; and a slow machine's own time is not the service's.
                #expect(taken >= milliseconds - 1 || number > 1, "\(taken) ms")
                #expect(taken < milliseconds + 20_000, "\(taken) ms")
            }
        }
    }

    @Test("with all requests under way, who waits behind them is answered too")
    func behind() async throws {
        let shop = try await Shop()
        shop.provider.invoices(.hang)
        try await shop.run(shop.with { $0.answers.answerMilliseconds = 4000 }) { till async throws in
            let fates = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 1...12 { group.addTask { try await till.post(Invoices.sale(number, "m\(number)")).fate } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(shop.provider.posted.entries.count == 4, "no more at a time")
            #expect(fates == Array(repeating: "queued", count: 12))
        }
    }

    @Test("three hundred purchases while the provider is down are answered, and go out in each member's order")
    func backlog() async throws {
        let shop = try await Shop()
        try await shop.provider.goDown()
        try await shop.run { till async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lane in 0..<10 {
                    group.addTask {
                        // One till each, which waits for its answer before it sends the next.
                        for turn in 0..<30 {
                            let answer = try await till.post(Invoices.sale(turn * 10 + lane + 1, "m\(lane)"))
                            #expect(answer.fate == "queued")
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(till.service.status.queued == 300 && till.service.status.stored == 300)
            try await shop.provider.goUp()
            till.service.endpointAnswered()
            #expect(await Wait.until { till.service.status.queued == 0 })
            #expect(try await till.list().allSatisfy { $0.state == .accepted })
            #expect(await Wait.until { till.accepted.count == 300 })
        }
        let posted = shop.provider.posted.entries.map(\.sale)
        #expect(Set(posted).count == 300)
        for lane in 0..<10 {
            let own = (0..<30).map { Invoices.name($0 * 10 + lane + 1) }
            #expect(posted.filter(own.contains) == own, "each once, in order")
        }
    }

    @Test("another answer text and another provider's token hold at once")
    func replaced() async throws {
        let shop = try await Shop()
        shop.provider.invoices(.say(401, "{}"))
        try await shop.run { till async throws in
            #expect(try await till.post(Invoices.sale(1, "m1")).fate == "queued")
            var settings = shop.settings
            settings.answers.queuedText = "otra cosa"
            shop.provider.invoices(.accept)
            till.service.replace(settings)
            #expect(await till.isTold(["queued T-1", "accepted T-1"]), "it is tried at once")
            shop.provider.invoices(.say(500, ""))
            #expect(
                try await till.post(Invoices.sale(2, "m1")).text
                    == "{\"Status\":\"accepted\",\"PrinterText\":\"otra cosa\"}")
        }
    }
}
