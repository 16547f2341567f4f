import ArgumentParser
import Bridge
import Configuration
import EventLoop
import Glibc
import Keystrokes
import ListenerProtocol
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

    private let reloads = ReloadOrder()
    /// How long a stop waits for answers about codes that were scanned; most come in less than 1 s. A till that is told of a stop waits no longer.
    private static let lastAnswerMilliseconds = 2000
    /// How long it then waits for the scan that is under way. Most take 250 ms at most.
    private static let lastScanMilliseconds = 500

    /// - Parameter earlier: What the run that this one continues has left.
    init(
        configuration: Configuration, continuing earlier: JournalRecord? = nil, logger: Logger,
        makeTypist: @escaping Bridge.MakeTypist
    ) throws {
        self.configuration = configuration
        self.logger = logger
        signal(SIGPIPE, SIG_IGN)
        try DescriptorLimit.raise()
        loop = try EventLoop()
        bridge = Bridge(
            configuration: configuration, server: Version.server, continuing: earlier, loop: loop, logger: logger,
            makeTypist: makeTypist)
    }

    /// Starts on the calling thread, which then must call ``run()``.
    ///
    /// - Parameters:
    ///   - takeSocket: Gives the listening socket if somebody else has made it.
    ///   - till: Keeps the till's listening socket over the process's life.
    ///   - onStatus: Told what the service is doing, in words.
    func start(
        takeSocket: @escaping () -> Descriptor? = { nil }, till: (any DescriptorKeeper)? = nil,
        onStatus: @escaping (String) -> Void = { _ in }, scanners makeScanners: @escaping Bridge.MakeScanners
    ) throws {
        let layouts = try Self.layouts(configuration)
        // The bridge uses all of these on its loop's thread, which is this one: `assumeIsolated` makes sure of it.
        nonisolated(unsafe) let takeSocket = takeSocket
        nonisolated(unsafe) let till = till
        nonisolated(unsafe) let onStatus = onStatus
        nonisolated(unsafe) let makeScanners = makeScanners
        try bridge.assumeIsolated { bridge throws in
            try bridge.start(
                layouts: layouts, takeSocket: takeSocket, till: till, onStatus: onStatus, scanners: makeScanners)
        }
    }

    /// Serves until the loop is stopped, and lets everything go.
    ///
    /// - Returns: What a run that goes on from here needs.
    @discardableResult
    func run() throws -> JournalRecord? {
        do {
            try loop.run()
        } catch {
            bridge.assumeIsolated { _ = $0.stop() }
            throw error
        }
        return bridge.assumeIsolated { $0.stop() }
    }

    /// SIGTERM and SIGINT end the service; SIGHUP has `reload` called off the loop, for it reads files, and goes over to
    /// what it returns.
    func onSignals(reload: @escaping @Sendable () throws -> Configuration) throws -> SignalSource {
        let (loop, bridge, logger, reloads) = (loop, bridge, logger, reloads)
        return try SignalSource([SIGTERM, SIGINT, SIGHUP], loop: loop) { signal in
            guard signal == SIGHUP else {
                return Self.stop(bridge, loop, answersUntil: .now().adding(milliseconds: Self.lastAnswerMilliseconds))
            }
            Self.startReload(reload, reloads, bridge, loop, logger)
        }
    }

    /// Stops between two scans rather than in the middle of one, or of the question whose it is.
    private static func stop(_ bridge: Bridge, _ loop: EventLoop, answersUntil latest: MonotonicTime) {
        let now = MonotonicTime.now()
        let isBusy = bridge.assumeIsolated { bridge in
            (now < latest && bridge.isLookupUnderWay)
                || (now < latest.adding(milliseconds: lastScanMilliseconds) && bridge.isScanUnderWay)
        }
        guard isBusy else { return loop.stop() }
        loop.schedule(at: now.adding(milliseconds: 5)) { stop(bridge, loop, answersUntil: latest) }
    }

    /// While there is nothing to do for want of an account, the configuration is read again whenever its file is written.
    func onConfiguration(file: String, reload: @escaping @Sendable () throws -> Configuration) throws
        -> ConfigurationWatch?
    {
        guard !configuration.isComplete else { return nil }
        let (loop, bridge, logger, reloads) = (loop, bridge, logger, reloads)
        return try ConfigurationWatch(file: file, loop: loop) {
            guard bridge.assumeIsolated({ !$0.isComplete }) else { return }
            Self.startReload(reload, reloads, bridge, loop, logger)
        }
    }

    private static func startReload(
        _ load: @escaping @Sendable () throws -> Configuration, _ reloads: ReloadOrder, _ bridge: Bridge,
        _ loop: EventLoop, _ logger: Logger
    ) {
        let number = reloads.began()
        do {
            try startThread(named: "reload") {
                Self.reload(load, isLast: { reloads.isLast(number) }, bridge, loop, logger)
            }
        } catch {
            logger.error("cannot reload: \(error)")
        }
    }

    private static func reload(
        _ load: () throws -> Configuration, isLast: @escaping @Sendable () -> Bool, _ bridge: Bridge,
        _ loop: EventLoop, _ logger: Logger
    ) {
        // What is wrong was said on standard error.
        guard let configuration = try? load(), let layouts = try? Self.layouts(configuration) else {
            return logger.error("the configuration was not reloaded; the running one stays")
        }
        loop.post {
            guard isLast() else { return }
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
