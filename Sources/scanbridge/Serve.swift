import ArgumentParser
import Bridge
import Configuration
import EventLoop
import Glibc
import Keyboard
import Keystrokes
import ListenerSocket
import Logging
import Logs
import Routing
import Scanners
import ServiceManager
import SystemCalls

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The service: finds scanners, decodes, looks members up, answers listeners.",
        discussion: """
            Runs until SIGTERM or SIGINT. SIGHUP reads the configuration again; one that cannot be used is reported, and the \
            running one stays. Logs go to standard error, under systemd to the journal, and hold no code, name, balance, token or URL.

            Under systemd it takes over the socket of scanbridge.socket, says when it is ready and what it is doing, and leaves what it \
            holds to the next run of it: grabbed scanners over a crash and a restart, events over a restart.
            """)

    @OptionGroup var configurationOptions: ConfigurationOptions
    @OptionGroup var socketOptions: SocketOptions
    @Option(name: .customLong("log-level"), help: "What is logged at least: debug, info, notice, warning or error.")
    var logLevel: LogLevel = .info
    @Flag(
        help: "Without an account in the configuration, wait for one and take no scanner, where else the start fails.")
    var waitForAccount = false

    func run() throws {
        try reportingErrors { try serve() }
    }

    private func serve() throws {
        let logger = Logger(label: "scanbridge") { [logLevel] _ in ServiceLog.handler(logLevel.level) }
        let supervision = Supervision(logger: logger)
        let version = FileVersion(path: configurationOptions.file)
        do {
            try serve(supervision, logger)
        } catch {
            let isAnotherTry = supervision.failedToStart(
                isFinal: ExitStatus(ending: error) == .configuration,
                isMended: { FileVersion(path: configurationOptions.file) != version })
            guard isAnotherTry else { throw error }
            logger.notice("the configuration has changed; starts again")
            throw ExitCode(ExitStatus.unavailable.rawValue)
        }
    }

    private func serve(_ supervision: Supervision, _ logger: Logger) throws {
        let isSocketHanded = supervision.isSocketHanded
        let load: @Sendable () throws -> Configuration = {
            try prepared(
                configurationOptions.loadRequired(needsAccount: !waitForAccount), isSocketHanded, logger)
        }
        let configuration = try load()
        // Without udevd all would look well, and no scanner would ever come.
        guard try UdevDaemon.isRunning() else { throw ExitStatus.unavailable.failure(UdevDaemon.advice) }
        let service = try Service(
            configuration: configuration, continuing: supervision.takeEvents(), logger: logger
        ) { loop, onFailure throws(SystemError) in
            try Typist.atVirtualKeyboard(loop: loop, onFailure: onFailure)
        }
        let signals = try service.onSignals(reload: load)
        defer { signals.close() }
        let watch = try service.onConfiguration(file: configurationOptions.file, reload: load)
        defer { watch?.close() }
        try service.start(
            takeSocket: { supervision.takeSocket() }, till: supervision.store,
            onStatus: { supervision.manager?.status($0) },
            scanners: { loop, selection, layouts in
                UdevScanners(loop: loop, selection: selection, layouts: layouts, keeper: supervision.store)
            })
        logger.info("serving", metadata: ["socket": "\(configuration.socket.path)", "version": "\(Version.text)"])
        supervision.started(service.loop)
        if let record = try service.run() { try supervision.keepEvents(record) }
        supervision.manager?.stopping()
        logger.info("stopped")
    }

    /// Applies the options, and sees to it that the configuration is one to serve with.
    private func prepared(_ loaded: Configuration, _ isSocketHanded: Bool, _ logger: Logger) throws -> Configuration {
        var configuration = loaded
        if let path = socketOptions.named { configuration.socket.path = path }
        if !configuration.isComplete, !waitForAccount {
            throw ExitStatus.configuration.failure(
                "\(configurationOptions.file): [endpoint] needs an account; or give every [[route]] lookup = false")
        }
        if isSocketHanded { return configuration }
        if configuration.socket.group == Configuration().socket.group, !Self.canGive(to: configuration.socket.group) {
            logger.warning(
                "the socket stays with this user's group: group \(configuration.socket.group) is missing or not this user's"
            )
            configuration.socket.group = ""
        }
        return configuration
    }

    /// Whether a file can be given to a group: it exists, and this process is root or in it.
    private static func canGive(to group: String) -> Bool {
        guard let entry = getgrnam(group) else { return false }
        if geteuid() == 0 || getegid() == entry.pointee.gr_gid { return true }
        var groups = [gid_t](repeating: 0, count: 256)
        let count = getgroups(Int32(groups.count), &groups)
        return groups.prefix(Int(max(0, count))).contains(entry.pointee.gr_gid)
    }
}

/// How much is logged.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case debug, info, notice, warning, error

    var level: Logger.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        }
    }
}
