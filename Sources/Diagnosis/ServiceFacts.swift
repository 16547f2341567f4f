/// What is known of the running service.
public struct ServiceFacts: Equatable, Sendable {
    public enum State: Equatable, Sendable {
        case running(server: String, scanners: Int)
        /// There is no file at the socket's path.
        case noSocket
        /// There is one, and nobody listens.
        case noAnswer
        case noPermission
        case failed(String)
    }

    public var socket: String
    public var state: State
    /// systemd is process 1 and has a unit of the service.
    public var hasUnit: Bool

    public init(socket: String, state: State, hasUnit: Bool) {
        self.socket = socket
        self.state = state
        self.hasUnit = hasUnit
    }

    public var finding: Finding {
        switch state {
        case .running(let server, let scanners):
            Finding(.good, "service", "\(server) runs and has \(scanners) scanner\(scanners == 1 ? "" : "s")")
        case .noSocket: down("there is no socket \(socket)")
        case .noAnswer: down("nobody listens at \(socket)")
        case .noPermission: Finding(.unseen, "service", "this user may not ask it at \(socket)")
        case .failed(let reason): Finding(.fault(.unavailable), "service", "\(reason): systemctl status scanbridge")
        }
    }

    /// Without a unit a person starts it by hand, and most likely after this check.
    private func down(_ what: String) -> Finding {
        hasUnit
            ? Finding(
                .fault(.unavailable), "service",
                "\(what), so the service does not run: sudo systemctl start scanbridge.socket scanbridge.service; "
                    + "if it does not stay up: systemctl status scanbridge")
            : Finding(.warning, "service", "\(what), so the service does not run: sudo scanbridge serve")
    }
}
