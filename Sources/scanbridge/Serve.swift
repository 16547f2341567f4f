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
import SystemCalls

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The service: finds scanners, decodes, looks members up, answers listeners.",
        discussion: """
            Runs until SIGTERM or SIGINT. SIGHUP reads the configuration again; one that cannot be used is reported, and the \
            running one stays. Logs go to standard error and hold no code, name, balance, token or URL.
            """)

    @OptionGroup var configurationOptions: ConfigurationOptions
    @OptionGroup var socketOptions: SocketOptions
    @Option(name: .customLong("log-level"), help: "What is logged at least: debug, info, notice, warning or error.")
    var logLevel: LogLevel = .info

    func run() throws {
        try reportingErrors { try serve() }
    }

    private func serve() throws {
        let logger = Logger(label: "scanbridge") { [logLevel] _ in ServiceLog.handler(logLevel.level) }
        let configuration = try prepared(configurationOptions.loadRequired(), logger)
        // Without udevd all would look well, and no scanner would ever come.
        guard try UdevDaemon.isRunning() else { throw ExitStatus.unavailable.failure(UdevDaemon.advice) }
        let service = try Service(configuration: configuration, logger: logger) { loop, onFailure throws(SystemError) in
            try Typist.atVirtualKeyboard(loop: loop, onFailure: onFailure)
        }
        let signals = try service.onSignals { try prepared(configurationOptions.loadRequired(), logger) }
        defer { signals.close() }
        try service.start { loop, selection, layouts in
            UdevScanners(loop: loop, selection: selection, layouts: layouts)
        }
        logger.info("serving", metadata: ["socket": "\(configuration.socket.path)", "version": "\(Version.text)"])
        try service.run()
        logger.info("stopped")
    }

    /// Applies the options, and sees to it that the configuration is one to serve with.
    private func prepared(_ loaded: Configuration, _ logger: Logger) throws -> Configuration {
        var configuration = loaded
        if let path = socketOptions.named { configuration.socket.path = path }
        let isWithoutLookups = !configuration.routes.isEmpty && configuration.routes.allSatisfy { !$0.lookup }
        if configuration.endpoint == nil, !isWithoutLookups {
            throw ExitStatus.configuration.failure(
                "\(configurationOptions.file): [endpoint] needs an account; or give every [[route]] lookup = false")
        }
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
