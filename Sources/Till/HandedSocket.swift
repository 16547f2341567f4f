import Synchronization
import SystemCalls

/// A listening socket on its way from one thread, or one process, to another. It is taken once.
public final class HandedSocket: Sendable {
    private let descriptor: Mutex<Descriptor?>

    public init(_ descriptor: consuming Descriptor) {
        self.descriptor = Mutex(descriptor)
    }

    public func take() -> Descriptor? { descriptor.withLock { $0.take() } }
}
