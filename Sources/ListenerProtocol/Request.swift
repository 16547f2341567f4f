import JSON

/// What identifies a request to the one who sent it.
public struct RequestID: Equatable, Sendable {
    /// A string, a number or null.
    public let json: JSONValue

    /// No id, or none that could be read.
    public static let none = RequestID(json: .null)
}

/// One request line, understood.
struct Request: Equatable {
    enum Method: Equatable {
        case subscribe(SubscribeParameters)
        case unsubscribe
        case status
        case lookup(String)
        case purchase(PurchaseParameters)
        case purchases(OutboxRequest)
        case ping
    }

    var id: RequestID
    var method: Method
}

/// What `subscribe` asks for.
public struct SubscribeParameters: Equatable, Sendable {
    /// The types that are wanted.
    public var types: EventTypes = .all
    /// The last event that the listener has.
    public var since: UInt64?
    /// The instance of the service that `since` is of.
    public var instance: String?
}

/// A request that was refused, with as much of its id as could be read.
struct RefusedRequest: Error, Equatable {
    var id: RequestID
    var error: RequestError
}

extension Request {
    static let methods = "subscribe, unsubscribe, status, lookup, purchase, purchases, ping"

    init(line: ArraySlice<UInt8>, limits: ListenerLimits) throws(RefusedRequest) {
        guard let json = try? JSONValue(parsing: line) else {
            throw RefusedRequest(
                id: .none, error: RequestError(.badJSON, "the line is no JSON text in UTF-8; write one object a line"))
        }
        guard let object = json.object else {
            throw RefusedRequest(
                id: .none,
                error: RequestError(.badRequest, "a request is an object, for example {\"id\":1,\"method\":\"ping\"}"))
        }
        do throws(RequestError) {
            id = try Self.id(of: object, limits)
        } catch {
            throw RefusedRequest(id: .none, error: error)
        }
        do throws(RequestError) {
            method = try Self.method(of: object, line, limits)
        } catch {
            throw RefusedRequest(id: id, error: error)
        }
    }

    private static func id(of object: [String: JSONValue], _ limits: ListenerLimits) throws(RequestError) -> RequestID {
        switch object["id"] {
        case nil, .null: return .none
        case .string(let text) where text.utf8.count <= limits.requestIDBytes: return RequestID(json: .string(text))
        case .number(let number): return RequestID(json: .number(number))
        case .string, .bool, .array, .object:
            throw RequestError(
                .badRequest, "`id` is a string of at most \(limits.requestIDBytes) bytes, a number or null")
        }
    }

    private static func method(
        of object: [String: JSONValue], _ line: ArraySlice<UInt8>, _ limits: ListenerLimits
    ) throws(RequestError) -> Method {
        guard let name = object["method"]?.string else {
            throw RequestError(.badRequest, "`method` is missing or no string; it is one of \(methods)")
        }
        let parameters = try parameters(of: object)
        switch name {
        case "subscribe": return .subscribe(try SubscribeParameters(parameters, in: object))
        case "unsubscribe": return .unsubscribe
        case "status": return .status
        case "ping": return .ping
        case "purchase": return .purchase(try PurchaseParameters(parameters, line: line))
        case "purchases": return .purchases(try OutboxRequest(parameters))
        case "lookup":
            guard let id = parameters["id"]?.string, !id.isEmpty, id.utf8.count <= limits.lookupIDBytes else {
                throw RequestError(
                    .badRequest,
                    "`params.id` is the member's id, a string of 1 to \(limits.lookupIDBytes) bytes: {\"id\":1,\"method\":\"lookup\",\"params\":{\"id\":\"…\"}}"
                )
            }
            return .lookup(id)
        default: throw RequestError(.unknownMethod, "there is no such method; there are \(methods)")
        }
    }

    private static func parameters(of object: [String: JSONValue]) throws(RequestError) -> [String: JSONValue] {
        switch object["params"] {
        case nil, .null: return [:]
        case .object(let parameters): return parameters
        case .bool, .number, .string, .array: throw RequestError(.badRequest, "`params` is an object")
        }
    }
}

extension SubscribeParameters {
    /// Reads the parameters, which may also stand beside `method`, where a hand at a shell writes them. Null is as good as absent.
    fileprivate init(
        _ parameters: [String: JSONValue], in object: [String: JSONValue]
    ) throws(RequestError) {
        func parameter(_ name: String) -> JSONValue? {
            let value = parameters[name] ?? object[name]
            return value == .null ? nil : value
        }
        if let types = parameter("types") { self.types = try Self.types(types) }
        if let since = parameter("since") {
            guard let seq = since.integer.flatMap(UInt64.init(exactly:)) else {
                throw RequestError(
                    .badRequest, "`since` is the `seq` of the last event received, a whole number from 0")
            }
            self.since = seq
        }
        if let instance = parameter("instance") {
            guard let text = instance.string else {
                throw RequestError(.badRequest, "`instance` is the string that came with `hello`")
            }
            self.instance = text
        }
    }

    /// Names that this version does not know are passed over, so that a newer listener can ask for what an older service does
    /// not send; with no known name left it is a mistake.
    private static func types(_ json: JSONValue) throws(RequestError) -> EventTypes {
        var types: EventTypes = []
        for name in json.array ?? [] {
            guard let name = name.string else { throw RequestError(.badRequest, "`types` is a list of strings") }
            if let type = EventType(rawValue: name) { types.insert(EventTypes(type)) }
        }
        guard !types.isEmpty else {
            let names = EventTypes.all.names.joined(separator: ", ")
            throw RequestError(.badRequest, "`types` is a list of at least one of \(names); leave it out for all")
        }
        return types
    }
}
