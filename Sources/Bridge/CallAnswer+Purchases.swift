import FoundationEssentials
import JSON
import ListenerProtocol
import Purchases
import Till

extension CallAnswer {
    /// What whoever has asked for `purchase` is told.
    init(_ result: Result<(reply: PurchaseReply, sale: String), InvoiceFault>) {
        switch result {
        case .failure(let fault): self = .error(RequestError(.badRequest, fault.message))
        case .success((.notTaken(_, let detail), _)):
            self = .error(
                RequestError(
                    .notStored,
                    "the sale could not be stored, and the provider did not take it (\(detail)): send it again"))
        case .success((.queued(let id), let sale)): self = Self.reply("queued", id, sale, nil)
        case .success((.provider(let answer, let id), let sale)):
            let status = SubmissionAnswer.isAcceptance(answer) ? "accepted" : "rejected"
            self = Self.reply(status, id, sale, answer)
        }
    }

    private static func reply(_ status: String, _ id: Int64?, _ sale: String, _ answer: [UInt8]?) -> CallAnswer {
        .fields { writer in
            writer.key("status")
            writer.value(status)
            writer.key("purchase")
            if let id { writer.value(id) } else { writer.null() }
            writer.key("sale")
            writer.value(sale)
            writer.key("printer_text")
            if let text = answer.flatMap(SubmissionAnswer.printerText) { writer.value(text) } else { writer.null() }
            if let reason = answer.flatMap(SubmissionAnswer.rejectReason) {
                writer.key("reason")
                writer.value(reason)
            }
        }
    }

    /// What whoever has asked for `purchases` is told.
    init(_ reply: OutboxReply) {
        switch reply {
        case .error(let error): self = .error(error)
        case .page(let list, let isLast):
            self = .fields { writer in
                writer.key("purchases")
                writer.raw { $0 += list }
                writer.key("more")
                writer.value(!isLast)
            }
        case .done(let action, let id):
            self = .fields { writer in
                writer.key("action")
                writer.value(action)
                writer.key("purchase")
                writer.value(id)
            }
        }
    }
}

extension PurchaseFilter {
    init(_ query: OutboxQuery) {
        self.init(
            states: query.states.map { Set($0.compactMap(PurchaseState.init(rawValue:))) }, member: query.member,
            sale: query.sale)
    }
}

extension PurchaseEvent {
    init(_ news: PurchaseNews) {
        let status: Status =
            switch news.status {
            case .queued: .queued
            case .accepted: .accepted
            case .rejected: .rejected
            case .failed: .failed
            }
        self.init(
            status: status, id: news.id, sale: news.facts.sale, members: news.facts.members,
            amount: news.facts.amount.flatMap { Decimal(string: $0) }, currency: news.facts.currency,
            isRefund: news.facts.isRefund, printerText: news.printerText, reason: news.reason)
    }
}
