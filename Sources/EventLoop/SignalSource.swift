import CLinux
import Glibc
import SystemCalls

/// Signals as descriptor events. To be made before any other thread starts, since it blocks them for the thread and its
/// children.
public final class SignalSource: EventSource {
    private let descriptor: Descriptor
    private let loop: EventLoop
    private let onSignal: (Int32) -> Void

    /// Takes `signals` over and calls `onSignal` on the loop's thread for each that arrives.
    public init(_ signals: [Int32], loop: EventLoop, onSignal: @escaping (Int32) -> Void) throws(SystemError) {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        descriptor = Descriptor(
            owning: try systemCall("signalfd") {
                signalfd(-1, &set, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
            })
        self.loop = loop
        self.onSignal = onSignal
        try loop.watch(descriptor.number, for: [.readable], source: self)
    }

    public func ready(_ readiness: Readiness) {
        var info = signalfd_siginfo()
        while read(descriptor.number, &info, MemoryLayout<signalfd_siginfo>.size) > 0 {
            onSignal(Int32(info.ssi_signo))
        }
    }

    /// Stops listening; the signals stay blocked.
    public func close() {
        loop.unwatch(descriptor.number)
    }
}
