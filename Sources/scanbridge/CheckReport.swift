import Diagnosis
import JSON

/// Prints what was checked, and keeps the first fault's status.
struct CheckReport {
    let isJSON: Bool
    private(set) var status: ExitStatus?

    init(json: Bool) {
        isJSON = json || !Output.isTerminal
    }

    mutating func good(_ subject: String, _ message: String) {
        write(subject, .ok, message)
    }

    /// What works as it stands, and is most likely not meant so.
    mutating func warning(_ subject: String, _ message: String) {
        write(subject, .warning, message)
    }

    mutating func fault(_ subject: String, _ message: String, _ status: ExitStatus) {
        write(subject, .fault, message)
        self.status = self.status ?? status
    }

    mutating func add(_ finding: Finding) {
        switch finding.level {
        case .good: good(finding.subject, finding.message)
        case .warning: warning(finding.subject, finding.message)
        case .unseen: write(finding.subject, .skipped, finding.message)
        case .fault(let kind): fault(finding.subject, finding.message, ExitStatus(kind))
        }
    }

    private enum Level: String {
        case ok, warning, fault
        /// Whoever runs the check may not look at it.
        case skipped

        /// What stands in front of a line for a person.
        var mark: String {
            switch self {
            case .ok: "ok   "
            case .warning: "warn "
            case .fault: "FAULT"
            case .skipped: "skip "
            }
        }
    }

    private func write(_ subject: String, _ level: Level, _ message: String) {
        guard isJSON else { return Output.line("\(level.mark)  \(subject): \(message)") }
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("check")
        writer.value(subject)
        writer.key("ok")
        writer.value(level != .fault)
        writer.key("level")
        writer.value(level.rawValue)
        writer.key("message")
        writer.value(message)
        writer.endObject()
        writer.endLine()
        Output.write(writer.bytes)
    }
}

extension ExitStatus {
    fileprivate init(_ kind: Finding.Kind) {
        switch kind {
        case .unavailable: self = .unavailable
        case .permission: self = .noPermission
        case .configuration: self = .configuration
        }
    }
}
