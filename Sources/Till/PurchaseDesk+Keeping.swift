import EventLoop
import Logging
import Outbox
import Purchases
import SystemCalls

/// What was stored before, and what grows old.
extension PurchaseDesk {
    private static let pageLength = 200
    private static let houseMilliseconds = 3_600_000

    /// The outbox was opened, for the first time or again.
    func opened(_ result: Result<OutboxOpening, OutboxError>) {
        switch result {
        case .success(let opening):
            if case .setAside(let path, let salvaged) = opening {
                logger.error(
                    "the outbox was damaged: it is set aside, and what could be read of it goes on",
                    metadata: ["file": "\(path)", "purchases": "\(salvaged)"])
            }
            if early == nil { early = [] }
            isLoading = true
            readSilence()
            load(after: 0)
        case .failure(let error):
            noteOutbox(OutboxTrouble(error))
            // What an earlier run has left must not wait for the next sale.
            retrySoon()
        }
    }

    private func load(after id: Int64) {
        outbox.call(
            { store throws(OutboxError) in try store.unfinished(after: id, limit: Self.pageLength) },
            completion: { [mailbox] result in mailbox.post { $0.loaded(result) } })
    }

    private func loaded(_ result: Result<[StoredPurchase], OutboxError>) {
        // After a failure it is opened again, and all of it is read anew.
        guard case .success(let page) = result else { return }
        let waiting = Set(early?.map(\.entry.id) ?? [])
        for one in page where !machine.isKnown(one.id) && !waiting.contains(one.id) {
            open[one.id] = Open(facts: PurchaseFacts(one), key: one.key, receivedAt: one.receivedAt)
            machine.loaded(SubmissionEntry(one), isDead: one.state == .failed)
        }
        if let last = page.last, page.count == Self.pageLength { return load(after: last.id) }
        let waiters = early ?? []
        early = nil
        isLoading = false
        var actions: [SubmissionMachine.Action] = []
        for one in waiters {
            actions += machine.stored(one.entry, waiter: one.ticket, deadline: one.deadline, now: .now())
        }
        actions += machine.started(now: .now())
        // The counts before it is said that they hold.
        settle()
        noteOutbox(nil)
        carryOut(actions)
        keepHouse()
    }

    /// Clears what is finished and old, finds what waits for too long, and says so. Now and then every hour.
    private func keepHouse() {
        if let houseTimer { loop.cancel(houseTimer) }
        houseTimer = loop.schedule(at: .now().adding(milliseconds: Self.houseMilliseconds)) { [weak self] in
            self?.keepHouse()
        }
        prune(.now())
    }

    /// Some hundreds at a time: a sale that is to be stored goes in between.
    private func prune(_ now: WallTime) {
        outbox.call(
            { store throws(OutboxError) in
                (more: try store.prune(now: now), old: try store.tooOld(now: now), counts: try store.counts())
            },
            completion: { [mailbox] result in
                mailbox.post { desk in
                    guard case .success(let (more, old, counts)) = result else { return }
                    if more { desk.prune(now) } else { desk.houseKept(old, counts, now) }
                }
            })
    }

    private func houseKept(_ old: [Int64], _ counts: OutboxCounts, _ now: WallTime) {
        status.bytes = counts.bytes
        for id in old { carryOut(machine.grewTooOld(id, now: .now())) }
        settle()
        let age = status.oldestQueuedAt.map { now.microseconds - $0.microseconds } ?? 0
        if age > PurchaseStatus.longQueuedSeconds * 1_000_000 || status.queued > PurchaseStatus.manyQueued {
            logger.warning(
                "purchases wait for the provider: see scanbridge check",
                metadata: [
                    "queued": "\(status.queued)", "oldest_hours": "\(age / 3_600_000_000)",
                    "detail": "\(status.lastDetail ?? "")",
                ])
        }
        if status.failed > 0 {
            logger.warning(
                "purchases have failed and wait for a person: scanbridge purchases",
                metadata: ["failed": "\(status.failed)"])
        }
    }

    // MARK: A person's decisions

    /// Sends a failed purchase again. The completion has whether there was such a one.
    func resend(_ id: Int64, _ completion: @escaping @Sendable (Result<Bool, OutboxError>) -> Void) {
        guard machine.isDead(id) else { return completion(.success(false)) }
        let record = PurchaseRecord(id: id, state: .queued, attempts: 0, detail: "resent", at: .now())
        outbox.record([record]) { [mailbox] result in
            mailbox.post { desk in
                if case .success = result, let actions = desk.machine.resent(id, now: .now()) { desk.carryOut(actions) }
                completion(result.map { true })
            }
        }
    }

    /// Gives a purchase up. The completion has whether there was such a one that is not being sent this moment.
    func discard(_ id: Int64, _ completion: @escaping (Bool) -> Void) {
        guard let actions = machine.discarded(id, now: .now()) else { return completion(false) }
        carryOut(actions)
        completion(true)
    }
}
