import Glibc
import Synchronization

/// Lets a thread wait until another one says so.
final class Gate: Sendable {
    private let isOpen = Mutex(false)

    func open() { isOpen.withLock { $0 = true } }

    func wait() {
        while !isOpen.withLock({ $0 }) { usleep(500) }
    }
}
