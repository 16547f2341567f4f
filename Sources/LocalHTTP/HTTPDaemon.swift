import CMicroHTTPD
import EventLoop
import Glibc
import SystemCalls

/// The library's part of a server: it parses and writes, on the loop's thread and only when the loop calls it.
///
/// Keeps the server alive until ``stop()``, since the library holds a pointer to it.
final class HTTPDaemon: EventSource {
    private let daemon: OpaquePointer
    private let callbacks: UnsafeMutablePointer<scanbridge_mhd_callbacks>
    private let descriptor: Int32
    private let server: LocalHTTPServer
    private let loop: EventLoop
    private var followUp: TimerID?
    private var isStopped = false
    private var wantsRun = false
    /// The library is at work and must not be called to work again.
    private(set) var isRunning = false

    /// Runs each time the loop comes here, so that a scanner is not kept waiting by what clients send.
    private static let runsPerTurn = 4

    init(server: LocalHTTPServer, loop: EventLoop, limits: LocalHTTPLimits) throws(SystemError) {
        self.server = server
        self.loop = loop
        callbacks = .allocate(capacity: 1)
        callbacks.initialize(to: Self.callbacks(of: server))
        // Fields stand twice in a connection's memory, with the answer's head and a piece of the body beside them. And the server
        // stays below its number of connections by itself.
        let memory = max(1024, limits.maximumHeaderBytes) * 2 + 8192
        guard let daemon = scanbridge_mhd_start(callbacks, memory, UInt32(max(1, limits.maximumConnections) + 8)) else {
            callbacks.deallocate()
            throw SystemError(call: "MHD_start_daemon", errno: ENOMEM)
        }
        self.daemon = daemon
        descriptor = scanbridge_mhd_epoll(daemon)
        do {
            try loop.watch(descriptor, for: [.readable], source: self)
        } catch {
            MHD_stop_daemon(daemon)
            callbacks.deallocate()
            throw error
        }
    }

    func ready(_ readiness: Readiness) { run() }

    /// Hands a connected socket over, which is the library's to close from then on.
    func add(_ socket: Int32) {
        _ = scanbridge_mhd_add(daemon, socket)
    }

    /// Lets the library do what there is to do. Not to be called from where the library calls.
    func run() {
        guard !isRunning, !isStopped else { return }
        isRunning = true
        wantsRun = false
        for _ in 0..<Self.runsPerTurn {
            scanbridge_mhd_run(daemon)
            if scanbridge_mhd_has_work(daemon) == 0 { break }
        }
        isRunning = false
        server.ran()
        if !isStopped, wantsRun || scanbridge_mhd_has_work(daemon) != 0 { runSoon() }
    }

    /// Sees to it that the library runs in the loop's next turn: it does not tell by its descriptor that a connection was resumed. May
    /// be called from where the library calls.
    func runSoon() {
        wantsRun = true
        guard !isRunning, !isStopped, followUp == nil else { return }
        followUp = loop.schedule(at: .now()) { [weak self] in
            self?.followUp = nil
            self?.run()
        }
    }

    /// The same at once, where the library does not call this moment: an answer is on its way before whoever gives it goes on.
    func runNow() {
        guard !isRunning, !isStopped else { return runSoon() }
        run()
    }

    /// Closes all connections, none of which may be suspended.
    func stop() {
        guard !isStopped else { return }
        isStopped = true
        loop.unwatch(descriptor)
        if let followUp { loop.cancel(followUp) }
        // Answers that are there already go out as far as they fit.
        scanbridge_mhd_run(daemon)
        MHD_stop_daemon(daemon)
        callbacks.deallocate()
    }

    private static func callbacks(of server: LocalHTTPServer) -> scanbridge_mhd_callbacks {
        scanbridge_mhd_callbacks(
            server: Unmanaged.passUnretained(server).toOpaque(),
            opened: { server, handle, socket in
                guard let server, let handle else { return nil }
                let connection = Unmanaged<LocalHTTPServer>.fromOpaque(server).takeUnretainedValue()
                    .opened(handle, socket: socket)
                // The server holds it until it is closed.
                return Unmanaged.passUnretained(connection).toOpaque()
            },
            closed: { server, connection in
                guard let server, let connection = HTTPDaemon.connection(connection) else { return }
                Unmanaged<LocalHTTPServer>.fromOpaque(server).takeUnretainedValue().closed(connection)
            },
            began: { connection, target in
                guard let connection = HTTPDaemon.connection(connection), let target else { return }
                connection.began(target: String(cString: target))
            },
            proceed: { connection, method, version, bytes, count in
                guard let connection = HTTPDaemon.connection(connection), let method, let version else { return 0 }
                let goesOn = connection.proceed(
                    method: String(cString: method), version: String(cString: version),
                    bytes: bytes.map { UnsafeRawBufferPointer(start: $0, count: count) })
                return goesOn ? 1 : 0
            },
            ended: { connection in HTTPDaemon.connection(connection)?.ended() })
    }

    private static func connection(_ context: UnsafeMutableRawPointer?) -> HTTPConnection? {
        context.map { Unmanaged<HTTPConnection>.fromOpaque($0).takeUnretainedValue() }
    }
}
