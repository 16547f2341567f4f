import Loyalty
import Purchases

extension SubmissionEnd {
    /// What the end of a request means for its purchase.
    init(_ end: InvoiceSender.End) {
        switch end {
        case .answer(_, _, isTooLarge: true, let retryAfter):
            self = .later(
                Postponement(detail: "answer_too_large", retryAfterSeconds: retryAfter, isEndpointWide: true))
        case .answer(let status, let body, isTooLarge: false, let retryAfter):
            self = SubmissionAnswer.end(status: status, body: body, retryAfterSeconds: retryAfter)
        case .failed(let detail):
            // Of all of these only a lost connection and a time-out may be this purchase's own doing.
            let isOwn = detail == .connectionLost
            self = .later(Postponement(detail: detail.rawValue, isEndpointWide: !isOwn))
        }
    }
}
