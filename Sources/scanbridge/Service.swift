import ArgumentParser
import Bridge
import Configuration
import EventLoop
import Glibc
import Keystrokes
import ListenerSocket
import Logging
import Scanners
import SystemCalls

/// The service in this process, as `serve` and `demo` run it: the bridge on the calling thread's loop.
struct Service {
    let loop: EventLoop
    private let bridge: Bridge
    private let configuration: Configuration
    private let logger: Logger

    init(configuration: Configuration, logger: Logger, makeTypist: @escaping Bridge.MakeTypist) throws {
        self.configuration = configuration
        self.logger = logger
        signal(SIGPIPE, SIG_IGN)
        try DescriptorLimit.raise()
        loop = try EventLoop()
        bridge = Bridge(
            configuration: configuration, identity: BridgeIdentity(server: Version.server), loop: loop, logger: logger,
            makeTypist: makeTypist)
    }

    /// Starts on the calling thread, which then must call ``run()``.
    func start(_ makeScanners: @escaping Bridge.MakeScanners) throws {
        let layouts = try Self.layouts(configuration)
        try bridge.assumeIsolated { bridge throws in try bridge.start(layouts: layouts, scanners: makeScanners) }
    }

    /// Serves until the loop is stopped, and lets everything go.
    func run() throws {
        defer { bridge.assumeIsolated { $0.stop() } }
        try loop.run()
    }

    /// SIGTERM and SIGINT end the service; SIGHUP has `reload` called off the loop, for it reads files, and goes over to
    /// what it returns.
    func onSignals(reload: @escaping @Sendable () throws -> Configuration) throws -> SignalSource {
        let (loop, bridge, logger) = (loop, bridge, logger)
        return try SignalSource([SIGTERM, SIGINT, SIGHUP], loop: loop) { signal in
            guard signal == SIGHUP else { return loop.stop() }
            do {
                try startThread(named: "reload") { Self.reload(reload, bridge, loop, logger) }
            } catch {
                logger.error("cannot reload: \(error)")
            }
        }
    }

    private static func reload(
        _ load: () throws -> Configuration, _ bridge: Bridge, _ loop: EventLoop, _ logger: Logger
    ) {
        // What is wrong was said on standard error.
        guard let configuration = try? load(), let layouts = try? Self.layouts(configuration) else {
            return logger.error("the configuration was not reloaded; the running one stays")
        }
        loop.post {
            bridge.assumeIsolated { bridge in
                do {
                    try bridge.reload(configuration, layouts: layouts)
                    logger.info("configuration reloaded")
                } catch {
                    logger.error("the configuration was not reloaded; the running one stays: \(error)")
                }
            }
        }
    }

    private static func layouts(_ configuration: Configuration) throws -> [String: Layout] {
        do {
            return try Layouts.make(ScannerSelection(rules: configuration.scanners).layouts)
        } catch {
            throw ExitStatus.unavailable.failure("no keyboard layouts (\(error)): install xkb-data")
        }
    }
}
