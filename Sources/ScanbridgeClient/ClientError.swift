import Glibc
import SystemCalls

/// Why the service could not be asked, or what it answered instead.
public struct ClientError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A stable code: one of the constants below, or what the service sent, for example `bad_request`.
    public var code: String
    /// What is wrong and what to do, in English.
    public var message: String

    public init(code: String, message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(message) (\(code))" }

    /// Nobody answers at the socket's path.
    public static let notRunning = "not_running"
    /// The socket's permissions keep this user out.
    public static let noPermission = "no_permission"
    /// The connection has ended.
    public static let disconnected = "disconnected"
    /// No answer came in time.
    public static let timedOut = "timed_out"
    /// What came is not the protocol, or a version of it that this library does not speak.
    public static let protocolFault = "protocol_fault"
    /// A system call failed in another way.
    public static let failed = "failed"

    init(_ error: SystemError, _ path: String) {
        switch error.errno {
        case ENOENT, ECONNREFUSED:
            self.init(
                code: Self.notRunning,
                message:
                    "no service answers at \(path); start it (systemctl start scanbridge), or give its socket's path")
        case EACCES, EPERM:
            self.init(
                code: Self.noPermission,
                message:
                    "\(path): \(error.reason); join the socket's group (usermod -aG scanbridge USER) and log in again")
        case EPIPE, ECONNRESET, ENOTCONN:
            self.init(code: Self.disconnected, message: "the service has closed the connection")
        case EAGAIN:
            self.init(code: Self.timedOut, message: "the service at \(path) takes nothing; see whether it hangs")
        default: self.init(code: Self.failed, message: "\(path): \(error)")
        }
    }
}
