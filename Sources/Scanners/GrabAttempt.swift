import CLinux
import Glibc
import SystemCalls

/// Whether a node can be taken, for those who look for a fault.
public enum GrabAttempt {
    /// Opens the node, takes it, and lets it go at once.
    ///
    /// - Throws: EBUSY if another program has taken it, EACCES if this one may not open it, else the kernel's reason.
    public static func run(on node: String) throws(SystemError) {
        let descriptor = try Descriptor.open(node, O_RDONLY | O_NONBLOCK)
        let number = descriptor.number
        try systemCall("EVIOCGRAB") { scanbridge_evdev_try_grab(number) }
    }
}
