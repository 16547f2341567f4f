import ArgumentParser
import Configuration
import ListenerSocket
import ScanbridgeClient

struct Listen: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Subscribes and prints events.",
        discussion: """
            One readable line each on a terminal, NDJSON into a pipe or with --json. Ends with 69 when the service goes away.
            """)

    @OptionGroup var configurationOptions: ConfigurationOptions
    @OptionGroup var socketOptions: SocketOptions
    @Option(help: ArgumentHelp("Only events of this type; may be given several times.", valueName: "type"))
    var type: [String] = []
    @Option(help: ArgumentHelp("Also the events after this number, if they are still held.", valueName: "seq"))
    var since: UInt64?
    @Option(help: ArgumentHelp("The run of the service that --since is of.", valueName: "uuid"))
    var instance: String?
    @Flag(help: "NDJSON, also on a terminal.")
    var json = false

    func run() throws {
        let printer = EventPrinter(json: json)
        try reportingErrors {
            var connection = try Connection(socketPath: try socketOptions.resolved(configurationOptions))
            try connection.subscribe(types: type, since: since, instance: instance)
            while let event = try connection.nextEvent() { printer.print(event.line) }
        }
        throw ExitStatus.unavailable.failure("the service has closed the connection")
    }
}

extension SocketOptions {
    /// The socket that is meant: named, configured or the default one.
    func resolved(_ configuration: ConfigurationOptions) throws -> String {
        if let named { return named }
        return try configuration.load().socket.path
    }
}
