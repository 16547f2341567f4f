import CLinux
import Glibc
import Synchronization
import SystemCalls

/// Carries the ends of attempts from the transport's thread to the loop's, which watches ``descriptor``.
final class AttemptMailbox<End: Sendable>: Sendable {
    struct Letter: Sendable {
        let attempt: UInt64
        let end: End
    }

    let descriptor: Descriptor
    private let letters = Mutex<[Letter]>([])

    init() throws(SystemError) {
        descriptor = Descriptor(owning: try systemCall("eventfd") { eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)) })
    }

    func post(_ letter: Letter) {
        letters.withLock { $0.append(letter) }
        var one: UInt64 = 1
        _ = write(descriptor.number, &one, MemoryLayout<UInt64>.size)
    }

    func takeAll() -> [Letter] {
        var counter: UInt64 = 0
        _ = read(descriptor.number, &counter, MemoryLayout<UInt64>.size)
        return letters.withLock { letters in
            let taken = letters
            letters = []
            return taken
        }
    }
}
