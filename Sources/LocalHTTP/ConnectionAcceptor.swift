import CLinux
import EventLoop
import Glibc
import SystemCalls

/// Takes connections off the listening socket while there is a place for them; others wait in the kernel's queue.
final class ConnectionAcceptor: EventSource {
    private let socket: Descriptor
    private let loop: EventLoop
    private unowned let server: LocalHTTPServer
    private var pause: TimerID?
    private var isWatching = false
    private var isClosed = false

    private static let acceptsPerTurn = 16
    private static let pauseMilliseconds = 1000

    init(_ socket: consuming Descriptor, loop: EventLoop, server: LocalHTTPServer) throws(SystemError) {
        self.socket = socket
        self.loop = loop
        self.server = server
        try loop.watch(self.socket.number, for: [.readable], source: self)
        isWatching = true
    }

    func close() {
        isClosed = true
        look(away: true)
        if let pause { loop.cancel(pause) }
    }

    func ready(_ readiness: Readiness) {
        for index in 0..<Self.acceptsPerTurn {
            // Somebody's place is given away only if there is somebody for it.
            if server.isFull, index > 0 { return }
            guard server.makeRoom() else { return look(away: true) }
            do throws(SystemError) {
                server.accepted(try systemCall("accept4") { scanbridge_accept(socket.number) })
            } catch {
                switch error.errno {
                case EAGAIN: return
                // The kernel has nothing left. The readiness would come again at once.
                case EMFILE, ENFILE, ENOBUFS, ENOMEM: return rest()
                // The connection failed, not the socket: there may be another one.
                default: continue
                }
            }
        }
    }

    /// A place may have become free.
    func wake() {
        guard !isWatching, pause == nil else { return }
        look(away: false)
    }

    private func look(away: Bool) {
        guard isWatching == away else { return }
        if away {
            loop.unwatch(socket.number)
            isWatching = false
            return
        }
        guard !isClosed else { return }
        do {
            try loop.watch(socket.number, for: [.readable], source: self)
            isWatching = true
        } catch {
            rest()
        }
    }

    private func rest() {
        look(away: true)
        pause = loop.schedule(at: MonotonicTime.now().adding(milliseconds: Self.pauseMilliseconds)) { [weak self] in
            self?.pause = nil
            self?.look(away: false)
        }
    }
}
