import Glibc
import ListenerSocket
import Loyalty
import Outbox
import Routing
import Scanners
import SystemCalls
import TOMLKit
import Till

/// Everything that a configuration file says, checked: what is in here can be used as it stands.
public struct Configuration: Equatable, Sendable {
    /// The longest text that is read, in bytes.
    public static let maximumLength = 1 << 20

    /// `[endpoint]`; nil if it is not given, and then no member can be looked up.
    public var endpoint: EndpointSettings?
    /// `[mapping]`.
    public var mapping = MappingSettings()
    /// `[socket]`.
    public var socket = SocketSettings()
    /// `[pass]`.
    public var pass = PassSettings()
    /// `[till]`; nil if it is not given, and then the till has no endpoint here.
    public var till: TillSettings?
    /// What whoever hands in a purchase is told, from `[till]`.
    public var answers = AnswerSettings()
    /// `[outbox]`.
    public var outbox = OutboxSettings()
    /// `[[scanner]]`, the first match wins; at most 64.
    public var scanners: [ScannerRule] = []
    /// `[[route]]`, the first match wins; at most 256.
    public var routes: [Route] = []

    /// What holds without a file.
    public init() {}

    /// Whether there is an account to ask about members, or nothing to ask: every route does without.
    public var isComplete: Bool {
        endpoint != nil || (!routes.isEmpty && routes.allSatisfy { !$0.lookup })
    }

    /// Reads the configuration in `text`.
    ///
    /// - Parameters:
    ///   - file: What errors call the text.
    ///   - needsAccount: Whether an `[endpoint]` without an account is a fault; else it is as if it were not given.
    ///   - knowsLayout: Whether xkb has a layout, given as `layout` or `layout(variant)`.
    /// - Throws: The first fault with its line.
    public static func parse(
        _ text: String, file: String, needsAccount: Bool = true, knowsLayout: (String) -> Bool
    ) throws(ConfigurationError) -> Configuration {
        guard text.utf8.count <= maximumLength else { throw tooLarge(file) }
        let (table, source) = try ConfigurationSource.document(text, file: file)
        let root = try TableReader<Key>(table, at: [], title: "", of: source)
        var configuration = Configuration()
        if let table = try root.table(.endpoint, keys: EndpointSettings.Key.self) {
            configuration.endpoint = try EndpointSettings(from: table, needsAccount: needsAccount)
        }
        if let table = try root.table(.mapping, keys: MappingSettings.Key.self) {
            configuration.mapping = try MappingSettings(from: table)
        }
        if let table = try root.table(.socket, keys: SocketSettings.Key.self) {
            configuration.socket = try SocketSettings(from: table)
        }
        if let table = try root.table(.pass, keys: PassSettings.Key.self) {
            configuration.pass = try PassSettings(from: table)
        }
        configuration.answers = AnswerSettings(locale: configuration.endpoint?.locale ?? "")
        if let table = try root.table(.till, keys: TillSettings.Key.self) {
            configuration.till = try TillSettings(from: table)
            configuration.answers = try AnswerSettings(from: table, locale: configuration.endpoint?.locale ?? "")
            if let endpoint = configuration.endpoint, endpoint.purchaseURL == nil {
                throw table.missing("needs purchase_url in [endpoint], where member_url is not the provider's own")
            }
        }
        if let table = try root.table(.outbox, keys: OutboxSettings.Key.self) {
            configuration.outbox = try OutboxSettings(from: table)
        }
        for table in try root.tables(.scanner, keys: ScannerRule.Key.self, atMost: 64) {
            configuration.scanners.append(try ScannerRule(from: table, knowsLayout: knowsLayout))
        }
        for table in try root.tables(.route, keys: Route.Key.self, atMost: 256) {
            let name = "route-\(configuration.routes.count + 1)"
            configuration.routes.append(try Route(from: table, defaultName: name))
        }
        return configuration
    }

    /// Reads the configuration in a file of UTF-8 text, at most ``maximumLength`` bytes long.
    ///
    /// - Throws: As ``parse(_:file:needsAccount:knowsLayout:)`` does, or what is wrong with the file.
    public static func load(
        path: String, needsAccount: Bool = true, knowsLayout: (String) -> Bool
    ) throws(ConfigurationError) -> Configuration {
        let bytes = try read(path)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            // No line break stands inside a character, so each line is right or wrong for itself.
            let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            let index = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }
            throw ConfigurationError(
                file: path, line: index.map { $0 + 1 }, code: .notUTF8,
                message: "the text is not UTF-8; save it as UTF-8")
        }
        return try parse(text, file: path, needsAccount: needsAccount, knowsLayout: knowsLayout)
    }

    enum Key: String, CaseIterable {
        case endpoint, mapping, socket, pass, till, outbox, scanner, route
    }

    private static func read(_ path: String) throws(ConfigurationError) -> [UInt8] {
        var bytes: [UInt8] = []
        do throws(SystemError) {
            let descriptor = try Descriptor.open(path, O_RDONLY)
            var buffer = [UInt8](repeating: 0, count: 16_384)
            while bytes.count <= maximumLength {
                let count = try systemCall("read") { Glibc.read(descriptor.number, &buffer, buffer.count) }
                if count == 0 { return bytes }
                bytes += buffer[..<count]
            }
        } catch {
            throw unreadable(path, error)
        }
        throw tooLarge(path)
    }

    /// A file that a system call failed on.
    static func unreadable(_ path: String, _ error: SystemError) -> ConfigurationError {
        let advice =
            switch error.errno {
            case ENOENT, ENOTDIR: "there is no such file; write one, or name another with --config or SCANBRIDGE_CONFIG"
            case EACCES, EPERM:
                "the file cannot be read: \(error.reason); let the user that the service runs as read it"
            default: "the file cannot be read: \(error.reason)"
            }
        let isMissing = error.errno == ENOENT || error.errno == ENOTDIR
        return ConfigurationError(file: path, line: nil, code: isMissing ? .notFound : .unreadable, message: advice)
    }

    private static func tooLarge(_ file: String) -> ConfigurationError {
        ConfigurationError(
            file: file, line: nil, code: .tooLarge, message: "a configuration is at most \(maximumLength) bytes long")
    }
}
