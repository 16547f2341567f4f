import EventLoop
import Glibc
import LoopTesting
import Purchases
import SystemCalls
import Testing

@testable import Outbox
@testable import Till

/// A till whose purchases cannot be stored gets the provider's own state, and the status says why.
@Suite("An outbox that cannot store", .serialized)
struct BrokenOutboxTests {
    /// What a till sees while nothing can be stored and nothing is waiting.
    private func passesThrough(_ shop: Shop, _ till: OpenShop, _ code: String) async throws {
        #expect(await Wait.until { till.service.status.outbox == code })
        #expect(till.service.status.advice?.isEmpty == false)
        #expect(try await till.post(Invoices.sale(1, "m1")).text == Provider.acceptance("T-1"))
        shop.provider.invoices(.reject("no"))
        #expect(try await till.post(Invoices.sale(2, "m1")).text == Provider.rejection("no"))
        shop.provider.invoices(.say(500, ""))
        #expect(try await till.post(Invoices.sale(3, "m1")).fate == "500 http_500")
        shop.provider.invoices(.say(429, "", ["Retry-After": "1"]))
        #expect(try await till.post(Invoices.sale(3, "m1")).fate == "429 http_429")
        let asked = shop.provider.posted.entries.count
        let early = try await till.post(Invoices.sale(3, "m1"))
        #expect(early.fate == "503 http_429" && early.field("Retry-After") == "5")
        #expect(shop.provider.posted.entries.count == asked, "the provider has asked to be left alone")
        try await shop.provider.goDown()
        #expect(await Wait.until { await till.isSilent() == false })
        let answer = try await till.post(Invoices.sale(3, "m1"))
        #expect(answer.fate == "503 refused" && answer.field("Retry-After") == "5")
        try await shop.provider.goUp()
        shop.provider.invoices(.accept)
        #expect(till.told == ["accepted T-1", "rejected T-2"])
        #expect(till.news.entries.allSatisfy { $0.id == nil })
        #expect(till.changed.entries == ["m1"])
        let status = till.service.status
        #expect(status.outbox == code && status.passedThrough == 6 && status.notTaken == 4 && status.stored == 0)
    }

    /// It is opened again by itself.
    private func recovers(_ till: OpenShop) async throws {
        #expect(await Wait.until { till.service.status.outbox == "ok" })
        #expect(till.service.status.advice == nil)
        #expect(try await till.post(Invoices.sale(9, "m9")).fate == "accepted")
        #expect(await till.isTold(["accepted T-1", "rejected T-2", "accepted T-9"]))
        #expect(till.news.entries.last?.id == 1)
    }

    @Test("its path is a directory")
    func directory() async throws {
        let shop = try await Shop()
        try shop.room.makeDirectory("outbox")
        try shop.room.makeDirectory("outbox/outbox.db")
        try await shop.run { till async throws in
            try await passesThrough(shop, till, "not_a_file")
            shop.room.remove("outbox/outbox.db")
            try await recovers(till)
        }
    }

    @Test("its directory's place is taken by a file")
    func noDirectory() async throws {
        let shop = try await Shop()
        try shop.room.write("", to: "outbox")
        try await shop.run { till async throws in
            try await passesThrough(shop, till, "no_directory")
            shop.room.remove("outbox")
            try await recovers(till)
        }
    }

    @Test("another process has it")
    func locked() async throws {
        let shop = try await Shop()
        try await shop.run { other async throws in
            _ = try await other.list()
            try await shop.run { till async throws in
                try await passesThrough(shop, till, "locked")
                try await other.stop()
                try await recovers(till)
            }
        }
    }

    @Test("it is a place that nobody can write to")
    func readOnly() async throws {
        let shop = try await Shop()
        // The kernel's own: not even root makes a file there.
        try await shop.run(shop.with { $0.outbox.path = "/proc/scanbridge-test/outbox.db" }) { till async throws in
            #expect(await Wait.until { !["ok", "closed"].contains(till.service.status.outbox) })
            try await passesThrough(shop, till, till.service.status.outbox)
        }
    }

    @Test("what an earlier run has left goes out once it can be opened, without a new sale")
    func recoversAtRest() async throws {
        let shop = try await Shop()
        try await shop.provider.goDown()
        try await shop.run { till async throws in #expect(try await till.post(Invoices.sale(1, "m1")).fate == "queued")
        }
        let lock = try Descriptor.open("\(shop.room.path)/outbox/outbox.db.lock", O_RDWR)
        let number = lock.number
        try systemCall("flock") { flock(number, LOCK_EX) }
        try await shop.provider.goUp()
        try await shop.run { till async throws in
            #expect(await Wait.until { till.service.status.outbox == "locked" })
            #expect(try await till.post(Invoices.refund(2, "m1")).fate == "503 not_stored", "its sale may be in there")
            try systemCall("flock") { flock(number, LOCK_UN) }
            #expect(await till.isTold(["accepted T-1"]))
            #expect(try await till.post(Invoices.refund(2, "m1")).fate == "accepted")
        }
        #expect(shop.provider.posted.entries.map(\.sale) == ["T-1", "T-2"])
    }

    // MARK: A full one

    @Test("what goes past a full outbox overtakes nothing of the member's that is in it")
    func full() async throws {
        let shop = try await Shop()
        shop.provider.invoices(.say(500, ""))
        try await shop.run(shop.with { $0.outbox.maximumCount = 2 }) { till async throws in
            #expect(try await till.post(Invoices.sale(1, "a", "b")).fate == "queued")
            #expect(try await till.post(Invoices.sale(2, "c")).fate == "queued")
            shop.provider.invoice("T-3", .accept)
            #expect(try await till.post(Invoices.sale(3, "b")).fate == "503 not_stored")
            #expect(try await till.post(Invoices.sale(3, "c")).fate == "503 not_stored")
            #expect(try await till.post(Invoices.refund(3)).fate == "503 not_stored", "it may be of any of them")
            #expect(try await till.post(Invoices.refund(3, "z", item: "item-2")).fate == "503 not_stored")
            #expect(try await till.post(Invoices.sale(3, "d")).fate == "accepted", "nothing of this one's waits")
            #expect(try await till.post(Invoices.sale(1, "a", "b")).fate == "queued", "what is stored is known")
            let status = till.service.status
            #expect(status.outbox == "full" || status.outbox == "ok")
            #expect(status.passedThrough == 5 && status.queued == 2)
            shop.provider.invoices(.accept)
            till.service.endpointAnswered()
            #expect(await Wait.until { till.service.status.queued == 0 })
            // Finished ones make room.
            #expect(try await till.post(Invoices.sale(4, "b")).fate == "accepted")
            #expect(till.service.status.outbox == "ok")
            #expect(try await till.list().map(\.sale).contains("T-4"))
        }
        let posted = shop.provider.posted.entries.map(\.sale)
        #expect(posted.count { $0 == "T-3" } == 1)
    }

    @Test("a file system without room: nothing is lost, and it goes on when there is some")
    func noRoom() async throws {
        let shop = try await Shop()
        try await shop.run { till async throws in
            #expect(try await till.post(Invoices.sale(1, "m1")).fate == "accepted")
            // As many pages as there are.
            try await limitPages(till, "1")
            var number = 1
            var answers: [String] = []
            shop.provider.invoices(.say(500, ""))
            repeat {
                number += 1
                answers.append(try await till.post(Invoices.sale(number, "m\(number)")).fate)
            } while answers.last == "queued" && number < 500
            #expect(answers.last == "500 http_500")
            #expect(till.service.status.outbox == "disk_full")
            shop.provider.invoices(.accept)
            // The connection is a new one, without that limit.
            #expect(await Wait.until { till.service.status.outbox == "ok" })
            let names = Set((1..<number).map { Invoices.name($0) })
            #expect(await Wait.until { till.accepted.count >= names.count })
            #expect(Set(till.accepted) == names && till.accepted.count == names.count, "each once")
            #expect(till.service.status.queued == 0)
        }
    }

    private func limitPages(_ till: OpenShop, _ count: String) async throws {
        try await withCheckedContinuation { (continuation: CheckedContinuation<Result<Void, OutboxError>, Never>) in
            till.service.loop.post { [parts = till.service.parts] in
                parts.desk?.outbox.call(
                    { store throws(OutboxError) in
                        try store.use { database throws(SQLiteError) in
                            _ = try database.integer("PRAGMA max_page_count = \(count)")
                        }
                    }, completion: { continuation.resume(returning: $0) })
            }
        }.get()
    }

    @Test("a provider that hangs is not taken for a slow disk")
    func hangingProvider() async throws {
        let shop = try await Shop()
        try shop.room.write("", to: "outbox")
        shop.provider.invoices(.hang)
        try await shop.run(shop.with { $0.answers.answerMilliseconds = 1000 }) { till async throws in
            #expect(await Wait.until { till.service.status.outbox == "no_directory" })
            for number in 1...3 {
                #expect(try await till.post(Invoices.sale(number, "m")).fate == "503 timeout")
                #expect(till.service.status.outbox == "no_directory")
            }
            #expect(till.service.status.notTaken == 3)
        }
        #expect(shop.lines.all.count { $0.contains("cannot be stored") } == 1, "said once")
    }
}
