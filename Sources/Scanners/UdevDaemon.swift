import Glibc
import SystemCalls

/// Whether udev is at work. libudev says nothing when it is not: its monitor is just silent.
public enum UdevDaemon {
    /// What a person can do about it.
    public static let advice =
        "no udevd runs here, so that no scanner can be found; start systemd-udevd (in a container: share the host's /run/udev)"

    public static func isRunning() throws(SystemError) -> Bool {
        if access("/run/udev/control", F_OK) == 0 { return true }
        return isRunning(hasControl: false, devices: try UdevInput.enumerate().devices)
    }

    /// - Parameter hasControl: Whether there is a socket by which udevd is told what to do. A test bed has none, and devices with
    ///   properties that only udev gives.
    static func isRunning(hasControl: Bool, devices: [DeviceDescription]) -> Bool {
        hasControl || devices.contains { $0.isProcessed && $0.wrongMode == nil }
    }
}
