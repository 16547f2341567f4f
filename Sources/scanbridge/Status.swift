import ArgumentParser
import JSON
import ScanbridgeClient
import TextChecks

struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What the running service holds: scanners, endpoint health, listeners, counters.",
        discussion: "JSON into a pipe or with --json.")

    @OptionGroup var configurationOptions: ConfigurationOptions
    @OptionGroup var socketOptions: SocketOptions
    @Flag(help: "JSON, also on a terminal.")
    var json = false

    func run() throws {
        let status = try reportingErrors {
            var connection = try Connection(socketPath: try socketOptions.resolved(configurationOptions))
            return try connection.status()
        }
        if json || !Output.isTerminal {
            Output.json(status)
        } else {
            for line in Self.readable(status) { Output.line(line) }
        }
    }

    private static func readable(_ status: JSONValue) -> [String] {
        let number = { (value: JSONValue?) in value?.number.map { "\($0)" } ?? "?" }
        let counters = status["counters"]
        let listeners = status["listeners"]
        var lines = [
            "\((status["server"]?.string ?? "").printable), up \(number(status["uptime_s"])) s, event \(number(status["seq"]))",
            "scans      \(number(counters?["scans"])), of them damaged \(number(counters?["damaged"])), "
                + "typed on \(number(counters?["passed"]))",
            "lookups    " + pairs(counters?["lookups"]),
            "endpoint   " + pairs(status["endpoint"]),
            "purchases  " + pairs(status["purchases"]),
            "listeners  \(number(listeners?["connected"])) connected, \(number(listeners?["cut_off"])) cut off, "
                + "\(number(listeners?["refused"])) refused",
        ]
        let scanners = status["scanners"]?.array ?? []
        if scanners.isEmpty { lines.append("scanners   none; scanbridge devices says why") }
        for scanner in scanners {
            let text = { (key: String) in (scanner[key]?.string ?? "").printable }
            lines.append("scanner    \(text("state"))  \(text("name")) (\(text("id")))")
            if scanner["message"] != nil { lines.append("           \(text("reason")): \(text("message"))") }
        }
        return lines
    }

    /// `name value` for each member that is set.
    private static func pairs(_ object: JSONValue?) -> String {
        let members = (object?.object ?? [:]).sorted { $0.key < $1.key }
        return members.compactMap { name, value in
            switch value {
            case .string(let text): "\(name) \(text.printable)"
            case .number(let number): "\(name) \(number)"
            case .bool(let flag): "\(name) \(flag)"
            case .null, .array, .object: nil
            }
        }.joined(separator: ", ")
    }
}
