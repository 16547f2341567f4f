import Loyalty
import Purchases
import SystemCalls

/// What cannot be stored.
extension PurchaseDesk {
    /// What cannot be stored goes to the provider at once, and its answer to whoever has handed it in.
    func passThrough(
        _ purchase: NewPurchase, _ ticket: SubmissionMachine.Ticket, _ deadline: MonotonicTime
    ) {
        // Too late: the till was told that it is nowhere, and sends it again.
        guard waiters[ticket] != nil else { return }
        status.passedThrough += 1
        let entry = SubmissionEntry(
            id: .max, isRefund: purchase.isRefund, members: purchase.members, globalIDs: purchase.globalIDs)
        let now = MonotonicTime.now()
        let left = deadline.milliseconds(since: now)
        let silence = machine.silenceDetail(now: now)
        guard silence == nil, !mayOvertake(entry), left > 0 else {
            status.notTaken += 1
            onChange(status)
            return answer(ticket, .notTaken(status: 503, detail: silence ?? "not_stored"))
        }
        waiters[ticket]?.isPassedThrough = true
        post(purchase.body, purchase.key, left) { [weak self] end in
            self?.passedThrough(purchase, ticket, end)
        }
        onChange(status)
    }

    /// It must not overtake what is stored of the same member. Before that is read nobody knows what there is; where it cannot be opened a sale
    /// goes all the same, but no refund, whose sale may be in there.
    private func mayOvertake(_ entry: SubmissionEntry) -> Bool {
        isLoading || (early != nil && entry.isRefund) || machine.wouldOvertake(entry)
    }

    private func passedThrough(_ purchase: NewPurchase, _ ticket: SubmissionMachine.Ticket, _ end: InvoiceSender.End) {
        let facts = PurchaseFacts(purchase)
        let reply: PurchaseReply
        switch SubmissionEnd(end) {
        case .accepted(let text):
            status.accepted += 1
            membersChange(facts)
            tell(.accepted, nil, facts, text)
            reply = .provider(text, id: nil)
        case .rejected(let text, _):
            status.rejected += 1
            tell(.rejected, nil, facts, text)
            reply = .provider(text, id: nil)
        case .later(let postponement):
            if waiters[ticket] != nil { status.notTaken += 1 }
            carryOut(machine.askedToWait(postponement, now: .now()))
            let isAnswer = if case .answer(let status, _, _, _) = end, status >= 400 { status } else { 503 }
            reply = .notTaken(status: isAnswer, detail: postponement.detail)
        }
        onChange(status)
        answer(ticket, reply)
    }
}
