import Configuration
import Diagnosis
import Glibc
import ListenerSocket

extension Check {
    private static let unitDirectories = [
        "/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
        "/lib/systemd/system",
    ]

    /// Whether the service runs, and who may listen to it.
    func checkService(_ scene: CheckScene, _ report: inout CheckReport) {
        // The directory is there where systemd is process 1.
        let hasUnit =
            access("/run/systemd/system", F_OK) == 0
            && Self.unitDirectories.contains { access("\($0)/scanbridge.service", F_OK) == 0 }
        report.add(ServiceFacts(socket: scene.socket, state: scene.service, hasUnit: hasUnit).finding)
        let group = scene.configuration.socket.group
        // A service that a person runs for themselves gives its socket to no group.
        guard !group.isEmpty else { return }
        report.add(
            ListeningFacts(
                group: group, number: UserGroup.number(group),
                socketGroup: (try? FileAccess(path: scene.socket))?.group,
                caller: scene.caller,
                person: environment("SUDO_USER").flatMap { $0 == "root" ? nil : UserIdentity.named($0) }
            ).finding)
    }
}
