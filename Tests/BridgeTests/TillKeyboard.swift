import CLinux
import EventLoop
import Keyboard
import LoopTesting
import Synchronization
import SystemCalls

/// The till's end of the virtual keyboard: what the kernel would get, in place of a device, which only the lab has.
final class TillKeyboard: Sendable {
    /// `28+` and `28-` for a key that goes down and up, `|` for the end of a packet.
    let journal = Journal<String>()
    /// What making it, and writing to it, fails with.
    private let errno: Mutex<Int32>

    /// From now on calls fail, or with 0 succeed.
    func fail(_ number: Int32) { errno.withLock { $0 = number } }

    init(failing errno: Int32 = 0) {
        self.errno = Mutex(errno)
    }

    func typist(loop: EventLoop, onFailure: @escaping (SystemError) -> Void) throws(SystemError) -> Typist {
        try check("open")
        return Typist(loop: loop, onFailure: onFailure) { [self] bytes throws(SystemError) in
            try check("write")
            for event in bytes.bindMemory(to: input_event.self) {
                journal.append(event.type == 0 ? "|" : "\(event.code)\(event.value == 1 ? "+" : "-")")
            }
            return bytes.count
        }
    }

    private func check(_ call: String) throws(SystemError) {
        let errno = errno.withLock { $0 }
        if errno != 0 { throw SystemError(call: call, errno: errno) }
    }
}
