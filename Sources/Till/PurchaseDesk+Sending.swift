import EventLoop
import Logging
import Loyalty
import Outbox
import Purchases
import SystemCalls

/// What the machine wants to be done.
extension PurchaseDesk {
    /// The disk is tried again so often for an end that it has not taken.
    private static let retryMilliseconds = 2000

    func carryOut(_ actions: [SubmissionMachine.Action]) {
        // First of all, so that whoever is answered finds himself counted.
        settle()
        for action in actions {
            switch action {
            case .send(let id, let timeout): send(id, timeout)
            case .answer(let ticket, .queued): answer(ticket, .queued(purchase(of: ticket)))
            case .answer(let ticket, .provider(let text)):
                answer(ticket, .provider(text, id: purchase(of: ticket)))
            case .queued(let id):
                // It may wait for days.
                open[id]?.body = nil
                if let facts = open[id]?.facts { tellQueued(id, facts) }
            case .postponed(let id, let attempts, let detail): postponed(id, attempts, detail)
            case .silence(let milliseconds, let detail): keepSilence(milliseconds, detail)
            case .silenceLifted: liftSilence()
            case .ended(let id, let state, let attempts, let detail, let answer):
                record([
                    PurchaseRecord(id: id, state: state, attempts: attempts, detail: detail, answer: answer, at: .now())
                ])
            }
        }
    }

    private func send(_ id: Int64, _ timeout: Int) {
        guard let purchase = open[id] else { return }
        if let body = purchase.body { return post(id, body, purchase.key, timeout) }
        outbox.call(
            { store throws(OutboxError) in try store.body(of: id) },
            completion: { [mailbox] result in mailbox.post { $0.read(result, id, purchase.key, timeout) } })
    }

    private func read(_ result: Result<[UInt8]?, OutboxError>, _ id: Int64, _ key: SaleKey, _ timeout: Int) {
        switch result {
        case .success(let body?): post(id, body, key, timeout)
        case .success(nil):
            let answer = SubmissionAnswer.rejection("the invoice is lost")
            ended(id, .rejected(answer: answer, detail: "no_invoice"))
        case .failure(let error):
            noteOutbox(OutboxTrouble(error))
            ended(id, .later(Postponement(detail: "outbox_\(error.code.rawValue)", isEndpointWide: false)))
        }
    }

    private func post(_ id: Int64, _ body: [UInt8], _ key: SaleKey, _ timeout: Int) {
        post(body, key, timeout) { [weak self] end in
            guard let self else { return }
            let meaning = SubmissionEnd(end)
            status.isFailing = if case .later = meaning { true } else { false }
            if case .later(let postponement) = meaning { status.lastDetail = postponement.detail }
            if case .accepted = meaning, let facts = open[id]?.facts { membersChange(facts) }
            ended(id, meaning)
        }
    }

    private func ended(_ id: Int64, _ end: SubmissionEnd) {
        carryOut(machine.attemptEnded(id, end, now: .now()))
    }

    private func postponed(_ id: Int64, _ attempts: Int, _ detail: String) {
        // Only to be shown: should it be lost, nothing is.
        outbox.record([PurchaseRecord(id: id, state: .queued, attempts: attempts, detail: detail, at: .now())]) { _ in }
        logger.notice(
            "a purchase waits", metadata: ["purchase": "\(id)", "detail": "\(detail)", "attempts": "\(attempts)"])
    }

    /// Has ends written down, then told.
    private func record(_ records: [PurchaseRecord]) {
        outbox.record(records) { [mailbox] result in mailbox.post { $0.recorded(result, records) } }
    }

    private func recorded(_ result: Result<Void, OutboxError>, _ records: [PurchaseRecord]) {
        if case .failure(let error) = result {
            // The provider knows it and the disk does not: after a restart it would be sent again, under the same key.
            noteOutbox(OutboxTrouble(error))
            unrecorded += records
            return retrySoon()
        }
        // Room for a sale is another matter.
        if status.outbox != OutboxTrouble.fullCode { noteOutbox(nil) }
        for record in records {
            machine.recorded(record.id)
            tellEnd(of: record)
            if record.state == .failed { open[record.id]?.body = nil } else { open[record.id] = nil }
        }
        settle()
    }

    /// Has what is not written down yet written; with nothing to write it still has a broken outbox opened again.
    func retrySoon() {
        guard retryTimer == nil else { return }
        retryTimer = loop.schedule(at: .now().adding(milliseconds: Self.retryMilliseconds)) { [weak self] in
            guard let self else { return }
            retryTimer = nil
            let records = unrecorded
            unrecorded = []
            record(records)
        }
    }

    private func tellEnd(of record: PurchaseRecord) {
        guard let facts = open[record.id]?.facts else { return }
        switch record.state {
        case .accepted:
            status.accepted += 1
            tell(.accepted, record.id, facts, record.answer)
        case .rejected:
            status.rejected += 1
            tell(.rejected, record.id, facts, record.answer)
        case .failed:
            logger.warning(
                "a purchase has failed: scanbridge purchases shows it, and sends it again or gives it up",
                metadata: ["purchase": "\(record.id)", "detail": "\(record.detail ?? "")"])
            tell(.failed, record.id, facts, record.answer, reason: record.detail)
        case .queued, .discarded: break
        }
    }
}
