import ArgumentParser
import Glibc
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

    /// The status that fits a failed system call.
    init(_ error: SystemError) {
        switch error.errno {
        case EACCES, EPERM: self = .noPermission
        case ENOENT, ECONNREFUSED, ENODEV, ENXIO, ENOTSOCK, ECONNRESET, EPIPE, EBUSY: self = .unavailable
        default: self = .fault
        }
    }
}
