import Glibc
import Logging
import Synchronization
import TextChecks

/// A log handler that writes lines to standard error and never waits for whoever reads them.
///
/// A service's thread that stands between keys and listeners must not hang on a full pipe: a line that finds no room is
/// dropped, and the next one that does says how many were. Under systemd each line begins with its level (`<6>`), as
/// sd-daemon(3) has it; elsewhere with the level's name.
public struct StandardErrorLog: LogHandler {
    public var metadata: Logger.Metadata = [:]
    public var logLevel: Logger.Level = .info
    private let isJournal: Bool

    /// Lines that found no room, by all handlers.
    private static let dropped = Atomic<Int>(0)

    /// A line longer than what a pipe takes whole would be cut or would wait.
    private static let maximumLine = Int(PIPE_BUF)

    public init(level: Logger.Level = .info) {
        logLevel = level
        isJournal = getenv("JOURNAL_STREAM") != nil
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var line = isJournal ? "<\(Self.priority(event.level))>" : "scanbridge: \(event.level.rawValue): "
        line += "\(event.message)".printable
        let fields = metadata.merging(event.metadata ?? [:]) { _, explicit in explicit }
        for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
            line += " \(key)=\(Self.quoted("\(value)".printable))"
        }
        let missed = Self.dropped.exchange(0, ordering: .relaxed)
        if missed > 0 { line += " (\(missed) lines before this one were dropped)" }
        if !Self.write(Array((line + "\n").utf8)) { Self.dropped.add(missed + 1, ordering: .relaxed) }
    }

    private static func write(_ line: [UInt8]) -> Bool {
        var line = line
        if line.count > maximumLine { line = line.prefix(maximumLine - 1) + [UInt8(ascii: "\n")] }
        var descriptor = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        guard poll(&descriptor, 1, 0) == 1, descriptor.revents & Int16(POLLOUT) != 0 else { return false }
        return Glibc.write(STDERR_FILENO, line, line.count) == line.count
    }

    private static func quoted(_ text: String) -> String {
        text.contains { $0 == " " || $0 == "\"" } || text.isEmpty ? "\"\(text)\"" : text
    }

    private static func priority(_ level: Logger.Level) -> Int {
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
