import JSON

/// What the till's endpoint has answered.
struct Answer: Equatable, Sendable {
    var head: String
    var body: [UInt8]
    /// How long it was waited for.
    var milliseconds = 0

    var status: Int { head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0 }
    var text: String { String(decoding: body, as: UTF8.self) }
    /// An error's code.
    var code: String? { (try? JSONValue(parsing: body))?["code"]?.string }

    func field(_ name: String) -> String? {
        for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix(name.lowercased() + ": ") {
            return String(line.dropFirst(name.utf8.count + 2))
        }
        return nil
    }

    /// A word for what a till makes of an invoice's answer: `accepted`, `queued`, `rejected`, else status and code.
    var fate: String {
        if status != 200 { return "\(status) \(code ?? "-")" }
        if text == Shop.queuedAnswer { return "queued" }
        return (try? JSONValue(parsing: body))?.loose("Status")?.string?.lowercased() ?? "?"
    }
}
