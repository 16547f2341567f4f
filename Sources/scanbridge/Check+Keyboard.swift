import Configuration
import Diagnosis
import Glibc
import Keyboard
import Routing
import Scanners
import SystemCalls

extension Check {
    /// Whether codes can be typed on to the till, if a route wants it.
    func checkKeyboard(_ scene: CheckScene, _ report: inout CheckReport) {
        guard scene.configuration.routes.needKeyboard else { return }
        do throws(SystemError) {
            if scene.serviceUser.uid == scene.caller.uid {
                _ = try Descriptor.open(UinputKeyboard.path, O_WRONLY | O_NONBLOCK)
            } else if try !FileAccess(path: UinputKeyboard.path).lets(scene.serviceUser, 2) {
                throw SystemError(call: "open", errno: EACCES)
            }
            report.good(
                "keyboard",
                "user \(scene.serviceUser.name) may write \(UinputKeyboard.path): codes are typed on to the till")
        } catch {
            let user = error.errno == EACCES ? " (user \(scene.serviceUser.name))" : ""
            report.fault(
                "keyboard", "\(UinputKeyboard.path): \(error)\(user); \(Blockage.noVirtualKeyboard.advice)",
                ExitStatus(error))
        }
    }
}
