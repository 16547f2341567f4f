import Logging

/// A log handler that speaks journald's own protocol, so that each key of the metadata is a field (`journalctl
/// SCANBRIDGE_REASON=overflow`). The message stays readable by itself.
///
/// It never waits: an entry that finds no room is dropped, and the next one says how many were. While there is no journal, lines go to
/// standard error.
struct JournalLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    private let socket: JournalSocket
    private let fallback: StandardErrorLog

    init(_ socket: JournalSocket, level: Logger.Level) {
        self.socket = socket
        logLevel = level
        fallback = StandardErrorLog(level: level)
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let missed = DroppedLines.take()
        let text = LogText(event, metadata, missed: missed)
        switch socket.send(JournalEntry(text, priority: LogText.priority(event.level)).bytes) {
        case .sent: break
        case .noRoom: DroppedLines.giveBack(missed + 1)
        case .noJournal:
            DroppedLines.giveBack(missed)
            var event = event
            event.metadata = metadata.merging(event.metadata ?? [:]) { _, explicit in explicit }
            fallback.log(event: event)
        }
    }
}
