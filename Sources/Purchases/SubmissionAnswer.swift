import JSON
import TextChecks

/// Says what the provider's answer to an invoice means. Knows no I/O.
///
/// | answer | means |
/// |---|---|
/// | 2xx with a JSON object whose `Status` is `accepted` | accepted |
/// | 2xx with one whose `Status` is `rejected` | rejected |
/// | 400, 404, 405, 406, 410, 411, 413, 414, 415, 422 and other 4xx | rejected: it would never change |
/// | 429, 503 | later, all of them, `Retry-After` honoured |
/// | 401, 402, 403, 407, 3xx | later, all of them: a person must mend the token or the account |
/// | 2xx with anything else | later, all of them: what answered is no provider, or one that says nothing |
/// | 408, 409, 425, other 5xx | later, this one |
///
/// What the public texts leave open is always taken for "later": the key stays the same, so that a provider that had taken the sale knows it.
public enum SubmissionAnswer {
    static let maxReasonBytes = 500

    public static func end(status: Int, body: [UInt8], retryAfterSeconds: Int?) -> SubmissionEnd {
        func later(_ detail: String, isEndpointWide: Bool) -> SubmissionEnd {
            .later(
                Postponement(
                    detail: detail, retryAfterSeconds: retryAfterSeconds,
                    isEndpointWide: isEndpointWide || retryAfterSeconds != nil))
        }
        switch status {
        case 200..<300: return read(body) ?? later("bad_answer", isEndpointWide: true)
        case 300..<400: return later("redirect", isEndpointWide: true)
        case 401, 402, 403, 407, 429, 503: return later("http_\(status)", isEndpointWide: true)
        case 408, 409, 425: return later("http_\(status)", isEndpointWide: false)
        case 400..<500:
            return .rejected(answer: rejection(reason(in: body) ?? text(forHTTP: status)), detail: "http_\(status)")
        default: return later("http_\(status)", isEndpointWide: false)
        }
    }

    /// A rejection as the provider itself would write it.
    public static func rejection(_ reason: String) -> [UInt8] {
        var writer = JSONWriter(capacity: 128)
        writer.beginObject()
        writer.key("Status")
        writer.value("rejected")
        writer.key("RejectReason")
        writer.value(reason)
        writer.endObject()
        return writer.bytes
    }

    /// What the till is told of a purchase that is sent later.
    public static func acceptance(_ printerText: String) -> [UInt8] {
        var writer = JSONWriter(capacity: 128)
        writer.beginObject()
        writer.key("Status")
        writer.value("accepted")
        writer.key("PrinterText")
        writer.value(printerText)
        writer.endObject()
        return writer.bytes
    }

    /// What stands in an answer that ``end(status:body:retryAfterSeconds:)`` has understood, for the listeners.
    public static func printerText(in answer: [UInt8]) -> String? {
        (try? JSONValue(parsing: answer))?.loose("PrinterText")?.string
    }

    public static func isAcceptance(_ answer: [UInt8]) -> Bool {
        (try? JSONValue(parsing: answer))?.loose("Status")?.string?.lowercased() == "accepted"
    }

    public static func rejectReason(in answer: [UInt8]) -> String? {
        (try? JSONValue(parsing: answer))?.loose("RejectReason")?.string
    }

    private static func read(_ body: [UInt8]) -> SubmissionEnd? {
        guard let root = try? JSONValue(parsing: body) else { return nil }
        switch root.loose("Status")?.string?.lowercased() {
        case "accepted": return .accepted(answer: body)
        case "rejected": return .rejected(answer: body, detail: "rejected")
        default: return nil
        }
    }

    /// A reason that a refusal's body gives, wherever servers put it.
    private static func reason(in body: [UInt8]) -> String? {
        guard let root = try? JSONValue(parsing: body) else { return nil }
        for name in ["RejectReason", "message", "error", "detail"] {
            guard let text = root.loose(name)?.string, !text.isEmpty, text.utf8.count <= maxReasonBytes else {
                continue
            }
            if !text.hasControlCharacter { return text }
        }
        return nil
    }

    private static func text(forHTTP status: Int) -> String {
        status == 404 ? "unknown member" : "the loyalty provider refuses this sale (HTTP \(status))"
    }
}
