import CLinux
import EventLoop
import Glibc
import ListenerProtocol
import Logging
import SystemCalls

/// Takes connections off the listening socket, a few at a time.
///
/// With no descriptor left, a connection would stay in the kernel's queue and keep the loop spinning. So one descriptor is held in
/// reserve: it is given up to accept the connection, tell it so and close it.
final class Acceptor: EventSource {
    private let socket: Descriptor
    private let loop: EventLoop
    private unowned let server: ListenerServer
    private var spare: Descriptor?
    private var pause: TimerID?

    private static let acceptsPerTurn = 16
    private static let pauseMilliseconds = 1000

    init(_ socket: consuming Descriptor, loop: EventLoop, server: ListenerServer) throws(SystemError) {
        // A blocking socket of somebody else's would stop the loop when a connection is gone before it is accepted.
        let number = socket.number
        let flags = try systemCall("fcntl") { fcntl(number, F_GETFL) }
        try systemCall("fcntl") { fcntl(number, F_SETFL, flags | O_NONBLOCK) }
        self.socket = socket
        self.loop = loop
        self.server = server
        spare = try Descriptor.open("/dev/null", O_RDONLY)
        try loop.watch(number, for: [.readable], source: self)
    }

    func close() {
        loop.unwatch(socket.number)
        if let pause { loop.cancel(pause) }
    }

    func ready(_ readiness: Readiness) {
        for _ in 0..<Self.acceptsPerTurn {
            do throws(SystemError) {
                let number = try systemCall("accept4") { scanbridge_accept(socket.number) }
                server.accepted(Descriptor(owning: number))
            } catch {
                switch error.errno {
                case EAGAIN: return
                case EMFILE, ENFILE:
                    if !declineOne() { return rest() }
                case ENOBUFS, ENOMEM: return rest()
                // The connection failed, not the socket: there may be another one.
                default: continue
                }
            }
        }
    }

    /// Gets one connection out of the way with the reserved descriptor. False if that did not help.
    private func declineOne() -> Bool {
        spare = nil
        let number = scanbridge_accept(socket.number)
        if number >= 0 {
            Self.decline(
                Descriptor(owning: number), "the service has no descriptor left; raise its limit (LimitNOFILE=)")
        }
        spare = try? Descriptor.open("/dev/null", O_RDONLY)
        return number >= 0 && spare != nil
    }

    /// Sends an error as far as it fits at once, and closes.
    static func decline(_ socket: consuming Descriptor, _ message: String) {
        decline(socket, RequestError(.tooManyListeners, message))
    }

    /// The same for every connection that waits on a listening socket, at most as many as wait at one time.
    static func declineAll(_ socket: borrowing Descriptor, _ error: RequestError) {
        let number = socket.number
        let flags = fcntl(number, F_GETFL)
        guard flags >= 0, fcntl(number, F_SETFL, flags | O_NONBLOCK) >= 0 else { return }
        for _ in 0..<4096 {
            let connection = scanbridge_accept(number)
            guard connection >= 0 else { return }
            decline(Descriptor(owning: connection), error)
        }
    }

    private static func decline(_ socket: consuming Descriptor, _ error: RequestError) {
        let line = OutputLine.error(error)
        _ = line.withUnsafeBytes {
            send(socket.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
    }

    /// Looks away for a moment, as the readiness would come again at once.
    private func rest() {
        loop.unwatch(socket.number)
        pause = loop.schedule(at: MonotonicTime.now().adding(milliseconds: Self.pauseMilliseconds)) { [weak self] in
            guard let self else { return }
            if spare == nil { spare = try? Descriptor.open("/dev/null", O_RDONLY) }
            do {
                try loop.watch(socket.number, for: [.readable], source: self)
            } catch {
                rest()
            }
        }
    }
}
