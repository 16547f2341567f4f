import JSON
import LocalHTTP
import Loyalty

extension HTTPResponse {
    init(_ refusal: TillRequest.Refusal) {
        self.init(status: refusal.status, code: refusal.code, message: refusal.message)
        if let allow = refusal.allow { headers.append(("Allow", allow)) }
    }

    /// An error as all of this program's are: a stable code, and what to do.
    init(status: Int, code: String, message: String) {
        var writer = JSONWriter(capacity: 128)
        writer.beginObject()
        writer.key("code")
        writer.value(code)
        writer.key("message")
        writer.value(message)
        writer.endObject()
        self.init(status: status, body: writer.bytes)
    }

    /// The provider's answer about a member, as it came; of what is none the status that the provider would have given.
    init(_ answer: LookupAnswer) {
        let detail = answer.outcome.detail
        let status: Int
        switch answer.outcome.status {
        case .found:
            self.init(status: 200, body: answer.body)
            return
        case .notFound: status = 404
        case .rejected: status = if case .http(let status) = detail { status } else { 400 }
        case .misconfigured: status = 502
        case .rateLimited: status = 429
        case .unavailable: status = detail == .timeout ? 504 : 503
        }
        self.init(
            status: status, code: answer.outcome.status.rawValue,
            message: "The loyalty provider does not name a member: \(detail).")
    }

    /// What the till is told of its invoice.
    init(_ reply: PurchaseReply, queuedAnswer: [UInt8]) {
        switch reply {
        case .queued: self.init(status: 200, body: queuedAnswer)
        case .provider(let answer, _): self.init(status: 200, body: answer)
        case .notTaken(let status, let detail):
            self.init(
                status: status, code: detail,
                message: "The sale could not be stored here, and the provider did not take it. Send it again.")
            if status == 503 { headers.append(("Retry-After", "5")) }
        }
    }
}
