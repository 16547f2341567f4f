import EventLoop
import Glibc
import SystemCalls

/// A connection whose client may still be sending what nobody wants, so that it gets to read the refusal.
///
/// With unread bytes the kernel would answer a close with a reset, and a client that is still writing would see that in place of the
/// answer. Everything has been sent to it, its end too; so what comes is dropped until it closes, for a short while.
final class Lingering: EventSource {
    private let socket: Descriptor
    private unowned let server: LocalHTTPServer
    private var bytesLeft: Int
    let deadline: MonotonicTime

    private static let milliseconds = 2000
    private static let readsPerTurn = 8

    /// - Parameter bytesLeft: What the client may still send.
    init(_ socket: consuming Descriptor, bytesLeft: Int, server: LocalHTTPServer) throws(SystemError) {
        self.socket = socket
        self.server = server
        self.bytesLeft = bytesLeft
        deadline = .now().adding(milliseconds: Self.milliseconds)
        try server.loop.watch(self.socket.number, for: [.readable], source: self)
    }

    func ready(_ readiness: Readiness) {
        let isOpen = withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 1) { buffer in
            for _ in 0..<Self.readsPerTurn {
                let count = read(socket.number, buffer.baseAddress, buffer.count)
                if count < 0 { return errno == EAGAIN || errno == EINTR }
                bytesLeft -= count
                if count == 0 || bytesLeft < 0 { return false }
            }
            return true
        }
        if !isOpen { server.finish(self) }
    }

    func close() {
        server.loop.unwatch(socket.number)
    }
}
