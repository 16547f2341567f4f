import Logging

/// The log of a service: the journal's own protocol where systemd has connected standard error to the journal, else lines on
/// standard error; in both cases what repeats is limited.
public enum ServiceLog {
    public static func handler(_ level: Logger.Level) -> any LogHandler {
        handler(level, isJournal: JournalStream.isStandardError, path: JournalSocket.standardPath)
    }

    static func handler(_ level: Logger.Level, isJournal: Bool, path: String) -> any LogHandler {
        if isJournal, let socket = try? JournalSocket(path: path) {
            return LimitedLog(JournalLog(socket, level: level))
        }
        return LimitedLog(StandardErrorLog(level: level))
    }
}
