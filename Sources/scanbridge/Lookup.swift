import ArgumentParser
import Bridge
import Configuration
import EventLoop
import Glibc
import JSON
import ListenerProtocol
import Loyalty
import SystemCalls
import TextChecks

struct Lookup: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Asks the member endpoint once and prints the outcome.",
        discussion: """
            Needs no running service, but the configuration and the token. JSON into a pipe or with --json. Exit status 0 \
            where the endpoint answered (found, not_found, rejected), 78 for misconfigured, 69 for rate_limited and unavailable.
            """)

    @OptionGroup var configurationOptions: ConfigurationOptions
    @Argument(help: "A member's identifier, as it is scanned.")
    var id: String
    @Flag(help: "JSON, also on a terminal.")
    var json = false

    func run() throws {
        let configuration = try configurationOptions.loadRequired()
        guard let endpoint = configuration.endpoint else {
            throw ExitStatus.configuration.failure("\(configurationOptions.file): [endpoint] needs an account")
        }
        let answer = try reportingErrors { try Self.ask(id, endpoint, configuration.mapping).answer }
        if json || !Output.isTerminal {
            Output.write(Self.line(id, answer))
        } else {
            Output.line(Self.readable(answer))
        }
        if ![.found, .notFound].contains(answer.outcome.status) {
            Output.error(answer.outcome.detail.advice(for: endpoint))
        }
        switch answer.outcome.status {
        case .found, .notFound, .rejected: return
        case .misconfigured: throw ExitCode(ExitStatus.configuration.rawValue)
        case .rateLimited, .unavailable: throw ExitCode(ExitStatus.unavailable.rawValue)
        }
    }

    /// Asks the endpoint as the service does, and waits.
    ///
    /// - Parameter credentials: systemd's directory of credentials; nil for this process's own.
    static func ask(
        _ id: String, _ endpoint: EndpointSettings, _ mapping: MappingSettings, credentials: String? = nil
    ) throws -> (answer: LookupAnswer, health: EndpointHealth) {
        let loop = try EventLoop()
        let members = try MemberLookup(
            settings: endpoint, mapping: mapping, loop: loop, userAgent: Version.server, credentials: credentials)
        defer { members.stop() }
        var answer: LookupAnswer?
        members.lookUp(id, scannedAt: .now()) { result in
            answer = result
            loop.stop()
        }
        if answer == nil { try loop.run() }
        guard let answer else { throw ExitStatus.fault.failure("the lookup ended without an outcome") }
        return (answer, members.health)
    }

    private static func line(_ id: String, _ answer: LookupAnswer) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("code")
        writer.value(id)
        writer.writeFields(of: LookupOutcome(answer))
        writer.key("detail")
        writer.value(answer.outcome.detail.rawValue)
        writer.endObject()
        writer.endLine()
        return writer.bytes
    }

    private static func readable(_ answer: LookupAnswer) -> String {
        guard let member = answer.outcome.member else {
            return "\(answer.outcome.status.rawValue) (\(answer.outcome.detail), \(answer.lookupMilliseconds) ms)"
        }
        let balance = member.balance.map { "\($0)" } ?? "none"
        return """
            found (\(answer.lookupMilliseconds) ms)
            id       \(member.id.printable)
            name     \(member.name.map(\.printable) ?? "none")
            balance  \(balance)
            text     \(member.displayText.printable)
            rewards  \(member.rewards.count)
            """
    }
}
