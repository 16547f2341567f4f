import Glibc
import SystemCalls

/// Why there is no socket for listeners, and what to do about it.
public struct ListenerSocketError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Stable codes.
    public enum Code: String, CaseIterable, Sendable {
        case pathTooLong = "path_too_long"
        case noDirectory = "no_directory"
        case notASocket = "not_a_socket"
        case alreadyRunning = "already_running"
        case noPermission = "no_permission"
        case unknownGroup = "unknown_group"
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
        switch error.errno {
        case EACCES, EPERM, EROFS:
            self.init(
                .noPermission,
                "\(path): \(error); run as a user who may write there, or set another `path` in [socket]")
        case ENOENT, ENOTDIR:
            self.init(.noDirectory, "\(path): \(error); create the directory, or set another `path` in [socket]")
        default: self.init(.failed, "\(path): \(error)")
        }
    }
}
