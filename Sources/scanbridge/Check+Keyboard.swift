import Configuration
import Glibc
import Keyboard
import Routing
import Scanners
import SystemCalls

extension Check {
    /// Whether codes can be typed on to the till, if a route wants it.
    func checkKeyboard(_ configuration: Configuration, _ report: inout CheckReport) {
        guard configuration.routes.needKeyboard else { return }
        do {
            _ = try Descriptor.open(UinputKeyboard.path, O_WRONLY | O_NONBLOCK)
            report.good("keyboard", "\(UinputKeyboard.path) can be written: codes are typed on to the till")
        } catch {
            report.fault(
                "keyboard", "\(UinputKeyboard.path): \(error); \(Blockage.noVirtualKeyboard.advice)", ExitStatus(error))
        }
    }
}
