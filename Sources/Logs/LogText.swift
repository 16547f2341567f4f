import Logging
import TextChecks

/// A log line as a person reads it: the message, and each field as `key=value`.
///
/// What others control, such as a scanner's name, stands in fields, and can neither end the line nor drive a terminal.
struct LogText {
    let message: String
    /// In the keys' order.
    let fields: [(key: String, value: String)]

    init(message: String, fields: [(key: String, value: String)]) {
        self.message = message
        self.fields = fields
    }

    /// - Parameter missed: Lines before this one that found no room.
    init(_ event: LogEvent, _ metadata: Logger.Metadata, missed: Int) {
        let merged = metadata.merging(event.metadata ?? [:]) { _, explicit in explicit }
        fields = merged.map { ($0.key, "\($0.value)".printable) }.sorted { $0.key < $1.key }
        let shown = fields.map { " \($0.key)=\(Self.quoted($0.value))" }.joined()
        let gap = missed > 0 ? " (\(missed) lines before this one were dropped)" : ""
        message = "\(event.message)".printable + shown + gap
    }

    private static func quoted(_ text: String) -> String {
        text.contains { $0 == " " || $0 == "\"" } || text.isEmpty ? "\"\(text)\"" : text
    }

    /// The level by its number in syslog(3).
    static func priority(_ level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
