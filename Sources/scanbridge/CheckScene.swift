import Configuration
import Diagnosis
import Glibc
import JSON
import ScanbridgeClient

/// What all subjects of a check look at: who runs it, the configuration, and the running service.
struct CheckScene {
    let configuration: Configuration
    let socket: String
    let caller = UserIdentity.current()
    /// The user that the service runs as: the package's, where there is one; else whoever runs the check.
    let serviceUser: UserIdentity
    let service: ServiceFacts.State
    /// What the service says of itself; null if it cannot be asked.
    let status: JSONValue

    /// The user and the group that the package makes.
    static let packageName = "scanbridge"

    init(_ configuration: Configuration, socket: String) {
        self.configuration = configuration
        self.socket = socket
        serviceUser = UserIdentity.named(Self.packageName) ?? caller
        do throws(ClientError) {
            var connection = try Connection(socketPath: socket)
            status = try connection.status()
            service = .running(server: connection.hello.server, scanners: status["scanners"]?.array?.count ?? 0)
        } catch {
            status = .null
            service =
                switch error.code {
                case ClientError.notRunning: access(socket, F_OK) == 0 ? .noAnswer : .noSocket
                case ClientError.noPermission: .noPermission
                default: .failed(error.message)
                }
        }
    }

    var isServiceRunning: Bool {
        if case .running = service { true } else { false }
    }

    /// The caller is neither root nor the service's user, so that what it may do says nothing of the service.
    var isBystander: Bool { !caller.isRoot && caller.uid != serviceUser.uid }
}
