import Glibc
import Logging

/// A log handler that writes lines to standard error and never waits for whoever reads them.
///
/// A service's thread that stands between keys and listeners must not hang on a full pipe: a line that finds no room is
/// dropped, and the next one that does says how many were. Where the journal reads, each line begins with its level (`<6>`), as
/// sd-daemon(3) has it; elsewhere with the level's name.
public struct StandardErrorLog: LogHandler {
    public var metadata: Logger.Metadata = [:]
    public var logLevel: Logger.Level = .info
    private let isJournal: Bool

    /// A line longer than what a pipe takes whole would be cut or would wait.
    private static let maximumLine = Int(PIPE_BUF)

    public init(level: Logger.Level = .info) {
        logLevel = level
        isJournal = JournalStream.isStandardError
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        let missed = DroppedLines.take()
        let text = LogText(event, metadata, missed: missed).message
        let mark = isJournal ? "<\(LogText.priority(event.level))>" : "scanbridge: \(event.level.rawValue): "
        if !Self.write(Array("\(mark)\(text)\n".utf8)) { DroppedLines.giveBack(missed + 1) }
    }

    private static func write(_ line: [UInt8]) -> Bool {
        var line = line
        if line.count > maximumLine { line = line.prefix(maximumLine - 1) + [UInt8(ascii: "\n")] }
        var descriptor = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        guard poll(&descriptor, 1, 0) == 1, descriptor.revents & Int16(POLLOUT) != 0 else { return false }
        return Glibc.write(STDERR_FILENO, line, line.count) == line.count
    }
}
