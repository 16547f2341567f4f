import JSON
import SystemCalls

/// One connection to the service, for a program that asks and waits. Calls block the calling thread.
///
/// ```swift
/// var connection = try Connection()
/// let outcome = try connection.lookUp("OW-00000017")
/// print(outcome.member?.name ?? outcome.status)
/// ```
///
/// For a program that is to be told of scans, an ``EventStream`` is easier and connects again by itself.
public struct Connection: ~Copyable {
    /// Where the service's socket is if nothing else was configured.
    public static let defaultSocketPath = "/run/scanbridge/scanbridge.sock"
    /// The protocol's version that this library speaks.
    public static let protocolVersion: Int64 = 1

    /// What the service said of itself at connect.
    public struct Hello: Equatable, Sendable {
        /// The program and its version, for example `scanbridge/0.1.0`.
        public var server: String
        /// Names this run of the service; sequence numbers are of one instance.
        public var instance: String
        /// The newest event's number.
        public var seq: UInt64
    }

    public let hello: Hello
    private var wire: Wire
    private var lastID: Int64 = 0
    /// Events that came in front of a reply.
    private var waiting: [[UInt8]] = []

    private static let maximumWaiting = 4096
    private static let helloMilliseconds = 5000

    /// Connects and waits for the service's greeting, at most 5 seconds.
    public init(socketPath: String = defaultSocketPath) throws(ClientError) {
        var wire = try Wire(path: socketPath)
        let deadline = MonotonicTime.now().adding(milliseconds: Self.helloMilliseconds)
        guard let line = try wire.readLine(until: deadline) else { throw Self.ended }
        let json = try Self.object(line)
        if json["type"]?.string == "error" { throw Self.error(json) }
        guard json["type"]?.string == "hello", json["protocol"]?.integer == Self.protocolVersion,
            let instance = json["instance"]?.string
        else {
            throw ClientError(
                code: ClientError.protocolFault,
                message: "what answers at \(socketPath) does not speak version \(Self.protocolVersion) of the protocol")
        }
        hello = Hello(
            server: json["server"]?.string ?? "", instance: instance,
            seq: json["seq"]?.integer.flatMap(UInt64.init(exactly:)) ?? 0)
        self.wire = wire
    }

    /// Makes a request and waits for its reply. Events that come meanwhile are kept for ``nextEvent(timeoutMilliseconds:)``.
    ///
    /// - Returns: The reply's fields.
    /// - Throws: ``ClientError``, with the service's own code if that refused the request.
    public mutating func request(
        _ method: String, _ parameters: JSONValue = [:], timeoutMilliseconds: Int = 30_000
    ) throws(ClientError) -> JSONValue {
        lastID += 1
        var writer = JSONWriter(capacity: 128)
        writer.beginObject()
        writer.key("id")
        writer.value(lastID)
        writer.key("method")
        writer.value(method)
        writer.key("params")
        writer.value(parameters)
        writer.endObject()
        writer.endLine()
        try wire.send(writer.bytes)
        let deadline = MonotonicTime.now().adding(milliseconds: timeoutMilliseconds)
        while let line = try wire.readLine(until: deadline) {
            let json = try Self.object(line)
            switch json["type"]?.string {
            case "reply" where json["id"]?.integer == lastID: return json
            // An error without an id is about the connection.
            case "error" where json["id"]?.integer == lastID || json["id"] == .null: throw Self.error(json)
            case "reply", "error": continue
            default:
                guard waiting.count < Self.maximumWaiting else {
                    throw ClientError(
                        code: ClientError.failed, message: "too many events wait in front of a reply; read them first")
                }
                waiting.append(line)
            }
        }
        throw Self.ended
    }

    /// Asks for events. Read them with ``nextEvent(timeoutMilliseconds:)``.
    ///
    /// - Parameters:
    ///   - types: The types that are wanted, for example `["scan", "member"]`; empty for all.
    ///   - since: The last event that was received, with its `instance`, to get what was missed.
    public mutating func subscribe(
        types: [String] = [], since: UInt64? = nil, instance: String? = nil
    ) throws(ClientError) {
        var parameters: [String: JSONValue] = [:]
        if !types.isEmpty { parameters["types"] = .array(types.map { .string($0) }) }
        if let since { parameters["since"] = .number(.init(since)) }
        if let instance { parameters["instance"] = .string(instance) }
        _ = try request("subscribe", .object(parameters))
    }

    /// Waits for the next event.
    ///
    /// - Returns: Nil when the service has closed the connection.
    public mutating func nextEvent(timeoutMilliseconds: Int? = nil) throws(ClientError) -> Event? {
        try nextEvent(until: timeoutMilliseconds.map { MonotonicTime.now().adding(milliseconds: $0) }, wakeUp: -1)
    }

    mutating func nextEvent(until deadline: MonotonicTime?, wakeUp: Int32) throws(ClientError) -> Event? {
        if !waiting.isEmpty { return try Event(line: waiting.removeFirst()) }
        while let line = try wire.readLine(until: deadline, wakeUp: wakeUp) {
            let json = try Self.object(line)
            switch json["type"]?.string {
            case "error" where json["id"] == .null: throw Self.error(json)
            case "hello", "reply", "error", nil: continue
            // A line of a type without a number is not of this version; the protocol says to pass over it.
            case _? where json["seq"] == nil: continue
            case _?: return try Event(json, line: line)
            }
        }
        return nil
    }

    /// Asks the member endpoint, through the service.
    public mutating func lookUp(_ member: String) throws(ClientError) -> MemberLookup {
        MemberLookup(try request("lookup", ["id": .string(member)]))
    }

    /// What the service holds: scanners, the endpoint's health, listeners, counters.
    public mutating func status() throws(ClientError) -> JSONValue {
        try request("status")["status"] ?? .null
    }

    private static let ended = ClientError(
        code: ClientError.disconnected, message: "the service has closed the connection")

    private static func object(_ line: [UInt8]) throws(ClientError) -> JSONValue {
        guard let json = try? JSONValue(parsing: line), json.object != nil else {
            throw ClientError(
                code: ClientError.protocolFault, message: "the service sent a line that is no JSON object")
        }
        return json
    }

    private static func error(_ json: JSONValue) -> ClientError {
        ClientError(
            code: json["code"]?.string ?? ClientError.protocolFault, message: json["message"]?.string ?? "unknown error"
        )
    }
}
