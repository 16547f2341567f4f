import CSQLite
import Glibc
import SystemCalls

/// Why the outbox does not do what it was asked for, and what to do about it. It names files and faults, nothing of any sale.
public struct OutboxError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Stable codes.
    public enum Code: String, CaseIterable, Sendable {
        case diskFull = "disk_full"
        case ioError = "io_error"
        case readOnly = "read_only"
        /// Another process uses the database.
        case locked
        /// A newer scanbridge has written it.
        case newerVersion = "newer_version"
        case noDirectory = "no_directory"
        /// Something else has the file's name: a directory, a link.
        case notAFile = "not_a_file"
        case noPermission = "no_permission"
        /// The database is damaged. The next opening sets it aside.
        case corrupt
        /// Too much waits to be stored.
        case busy
        /// The outbox was closed.
        case stopped
        case noMemory = "no_memory"
        case failed
    }

    public var code: Code
    public var message: String

    public var description: String { message }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// A system call failed on `path`.
    init(_ error: SystemError, _ path: String) {
        let code = Code(errno: error.errno) ?? .failed
        self.init(code, "\(path): \(error); \(code.advice)")
    }

    init(_ error: SQLiteError, _ path: String) {
        let code = Code(error)
        self.init(code, "\(path): \(error); \(code.advice)")
    }

    static func locked(_ path: String) -> OutboxError {
        OutboxError(.locked, "\(path): another scanbridge uses this outbox; stop it (systemctl stop scanbridge)")
    }

    static func newerVersion(_ path: String) -> OutboxError {
        OutboxError(
            .newerVersion,
            "\(path): a newer scanbridge has written this outbox; install that one again, or move the file away")
    }

    static func busy(_ path: String) -> OutboxError {
        OutboxError(.busy, "\(path): the disk does not keep up; try again later")
    }

    static func stopped(_ path: String) -> OutboxError {
        OutboxError(.stopped, "\(path): the outbox is closed; try again when the service has started")
    }
}

extension OutboxError.Code {
    fileprivate init?(errno: Int32) {
        switch errno {
        case EACCES, EPERM: self = .noPermission
        case EROFS: self = .readOnly
        case ENOSPC, EDQUOT: self = .diskFull
        case ENOENT, ENOTDIR: self = .noDirectory
        case EISDIR, ELOOP: self = .notAFile
        case EIO: self = .ioError
        case ENOMEM: self = .noMemory
        default: return nil
        }
    }

    fileprivate init(_ error: SQLiteError) {
        switch error.primaryCode {
        case SQLITE_FULL: self = .diskFull
        case SQLITE_BUSY, SQLITE_LOCKED: self = .locked
        case SQLITE_CORRUPT, SQLITE_NOTADB: self = .corrupt
        case SQLITE_NOMEM: self = .noMemory
        case SQLITE_PERM: self = .noPermission
        // The file may be written and its log not: the kernel's reason says more than SQLite's.
        case SQLITE_READONLY:
            let reason = Self(errno: error.errno)
            self = reason == .noPermission ? .noPermission : .readOnly
        case SQLITE_IOERR, SQLITE_CANTOPEN: self = Self(errno: error.errno) ?? .ioError
        default: self = .failed
        }
    }

    fileprivate var advice: String {
        switch self {
        case .diskFull: "make room on that disk"
        case .ioError: "look for faults of the disk in the kernel's log (journalctl -k)"
        case .readOnly: "mount that file system for writing, or set another path"
        case .locked: "end the other program that has it open"
        case .notAFile: "move away what has that name, or set another path"
        case .noDirectory: "create the directory, or set another path"
        case .noPermission: "run as a user who may write there, or set another path"
        case .corrupt: "it is set aside when it is opened next"
        case .noMemory: "end programs that need much memory"
        case .newerVersion, .busy, .stopped, .failed: "if it comes again, report it as a bug"
        }
    }
}
