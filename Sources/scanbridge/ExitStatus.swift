import ArgumentParser
import Bridge
import Configuration
import Glibc
import ListenerSocket
import Loyalty
import ScanbridgeClient
import SystemCalls

/// How the program ends, after sysexits(3).
enum ExitStatus: Int32 {
    /// The service or a device is not there.
    case unavailable = 69
    /// A fault of the program.
    case fault = 70
    case noPermission = 77
    case configuration = 78

    /// Says what is wrong on standard error, and ends the command.
    func failure(_ message: String) -> ExitCode {
        Output.error(message)
        return ExitCode(rawValue)
    }

    /// The status that fits an error; nil for one that says itself how to end.
    init?(_ error: any Error) {
        switch error {
        case let error as SystemError: self.init(error)
        case let error as BridgeError: self.init(error)
        case let error as ClientError: self.init(error)
        case is ConfigurationError, is SettingFault: self = .configuration
        default: return nil
        }
    }

    /// The status that a command ends with which throws this error.
    init?(ending error: any Error) {
        if let code = error as? ExitCode { self.init(rawValue: code.rawValue) } else { self.init(error) }
    }

    init(_ error: SystemError) {
        switch error.errno {
        case EACCES, EPERM: self = .noPermission
        case ENOENT, ECONNREFUSED, ENODEV, ENXIO, ENOTSOCK, ECONNRESET, EPIPE, EBUSY: self = .unavailable
        default: self = .fault
        }
    }

    private init(_ error: BridgeError) {
        switch error {
        case .route, .endpoint: self = .configuration
        case .socket(let error):
            switch error.code {
            case .noPermission: self = .noPermission
            case .pathTooLong, .noDirectory, .notASocket, .unknownGroup: self = .configuration
            case .alreadyRunning: self = .unavailable
            case .failed: self = .fault
            }
        case .scanners(let error): self.init(error)
        case .lookups: self = .fault
        }
    }

    private init(_ error: ClientError) {
        switch error.code {
        case ClientError.noPermission: self = .noPermission
        case ClientError.notRunning, ClientError.disconnected, ClientError.timedOut: self = .unavailable
        case "bad_request", "not_configured": self = .configuration
        case "not_permitted": self = .noPermission
        case "not_found", "not_stored", "outbox_failed": self = .unavailable
        default: self = .fault
        }
    }
}

/// Does a command's work. An error is said on standard error and ends the command with the status that fits it.
func reportingErrors<Result>(_ subject: String? = nil, _ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch {
        guard let status = ExitStatus(error) else { throw error }
        throw status.failure(subject.map { "\($0): \(error)" } ?? "\(error)")
    }
}
