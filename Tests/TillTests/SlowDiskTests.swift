import Glibc
import LoopTesting
import Purchases
import Synchronization
import Testing

@testable import Outbox
@testable import Till

/// The outbox's thread is kept busy, as by a disk that does not answer.
@Suite("A slow disk", .serialized)
struct SlowDiskTests {
    /// Holds the outbox's thread until it is let go.
    private final class Gate: Sendable {
        private let isOpen = Mutex(false)
        private let isReached = Mutex(false)

        func open() { isOpen.withLock { $0 = true } }
        var wasReached: Bool { isReached.withLock { $0 } }

        func wait() {
            isReached.withLock { $0 = true }
            let clock = ContinuousClock()
            let end = clock.now.advanced(by: .seconds(60))
            while !isOpen.withLock({ $0 }), clock.now < end { usleep(1000) }
        }
    }

    private func hold(_ till: OpenShop) async -> Gate {
        let gate = Gate()
        _ = await till.onThread { parts in
            parts.desk?.outbox.call({ _ throws(OutboxError) in gate.wait() }, completion: { _ in })
        }
        _ = await Wait.until { gate.wasReached }
        return gate
    }

    @Test("the till is told in time that it is nowhere, and what is stored after all goes out once")
    func late() async throws {
        let shop = try await Shop()
        try await shop.run(shop.with { $0.answers.answerMilliseconds = 3000 }) { till async throws in
            _ = try await till.list()
            let gate = await hold(till)
            let answer = try await till.post(Invoices.sale(1, "m1"))
            #expect(answer.fate == "503 not_stored" && answer.field("Retry-After") == "5")
            #expect(till.service.status.outbox == "slow" && till.service.status.notTaken == 1)
            #expect(shop.provider.posted.entries.isEmpty, "nothing is sent that is not on the disk")
            // The till sends it again, as it was told to, and once more when the disk is back.
            #expect(try await till.post(Invoices.sale(1, "m1")).fate == "503 not_stored")
            gate.open()
            #expect(await till.isTold(["queued T-1", "accepted T-1"]))
            #expect(try await till.post(Invoices.sale(1, "m1")).text == Provider.acceptance("T-1"))
            #expect(try await till.stored() == ["accepted T-1"])
            #expect(till.service.status.outbox == "ok")
        }
        #expect(shop.provider.posted.entries.map(\.sale) == ["T-1"])
    }

    @Test("a member is answered meanwhile")
    func members() async throws {
        let shop = try await Shop()
        shop.provider.member("m1", 200, "{\"MemberId\":\"m1\",\"DisplayText\":\"Hola\"}")
        try await shop.run { till async throws in
            let gate = await hold(till)
            #expect(try await till.member("m1").status == 200)
            gate.open()
        }
    }

    @Test("a stop while sales wait for the disk answers them, and those that were acknowledged are there")
    func stop() async throws {
        let shop = try await Shop()
        shop.provider.invoices(.say(500, ""))
        let till = try await shop.open()
        #expect(try await till.post(Invoices.sale(1, "m1")).fate == "queued")
        let gate = await hold(till)
        async let answer = till.ask("POST", "/agora/invoices?\(Shop.query)", [], Invoices.sale(2, "m2"))
        #expect(await Wait.until { await till.onThread { $0.desk?.waiters.count } == 1 })
        // The thread waits for the disk at its end.
        async let stopped: Void = till.stop()
        #expect(try await answer?.fate == "503 stopping")
        gate.open()
        try await stopped
        shop.provider.invoices(.accept)
        try await shop.run { till async throws in
            #expect(await Wait.until { till.told.contains("accepted T-1") })
        }
    }
}
