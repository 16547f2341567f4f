import FoundationEssentials
import JSON
import ListenerProtocol
import Outbox
import Purchases
import SystemCalls
import Till

/// What comes of a question about purchases. Made on the outbox's thread, since a page with invoices is long.
enum OutboxReply: Sendable {
    /// A JSON array, on one line.
    case page([UInt8], isLast: Bool)
    case done(String, Int64)
    case error(RequestError)

    init(_ result: Result<[ListedPurchase], OutboxError>) {
        switch result {
        case .failure(let error): self = .error(RequestError(error))
        case .success(let page):
            var writer = JSONWriter(capacity: 4096)
            writer.beginArray()
            for one in page { writer.write(one) }
            writer.endArray()
            self = .page(writer.bytes, isLast: page.isEmpty)
        }
    }

    init(_ result: Result<Bool, OutboxError>, done action: String, _ id: Int64) {
        switch result {
        case .failure(let error): self = .error(RequestError(error))
        case .success(true): self = .done(action, id)
        case .success(false):
            self = .error(
                RequestError(
                    .notFound,
                    action == "resend"
                        ? "there is no failed purchase of that number: scanbridge purchases lists them"
                        : "there is no open purchase of that number, or it is being sent this moment: try again"))
        }
    }
}

extension RequestError {
    fileprivate init(_ error: OutboxError) {
        self.init(.outboxFailed, "\(error.code.rawValue): \(error.message)")
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ listed: ListedPurchase) {
        let purchase = listed.purchase
        beginObject()
        key("purchase")
        value(purchase.id)
        key("state")
        value(purchase.state.rawValue)
        key("sale")
        value(purchase.sale)
        key("refund")
        value(purchase.isRefund)
        key("members")
        beginArray()
        for member in purchase.members { value(member) }
        endArray()
        key("amount")
        if let amount = purchase.amount.flatMap({ Decimal(string: $0) }) { value(amount) } else { null() }
        key("currency")
        if let currency = purchase.currency { value(currency) } else { null() }
        key("received_at")
        write(purchase.receivedAt)
        key("ended_at")
        if let time = purchase.endedAt { write(time) } else { null() }
        key("attempts")
        value(Int64(purchase.attempts))
        key("detail")
        if let detail = purchase.detail { value(detail) } else { null() }
        key("key")
        value(purchase.key.text)
        if let reason = purchase.answer.flatMap(SubmissionAnswer.rejectReason) {
            key("reason")
            value(reason)
        }
        if let invoice = listed.invoice {
            key("invoice")
            // Line breaks stand between the tokens of a JSON text and never within one: on the wire a line is one line.
            let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
            let text = invoice.starts(with: mark) ? invoice.dropFirst(3) : invoice[...]
            raw { bytes in bytes += text.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 } }
        }
        endObject()
    }

    private mutating func write(_ time: WallTime) {
        raw { bytes in
            bytes.append(UInt8(ascii: "\""))
            time.appendRFC3339(to: &bytes)
            bytes.append(UInt8(ascii: "\""))
        }
    }
}
