import JSON

/// What `purchases` asks for.
public enum OutboxRequest: Equatable, Sendable {
    /// A page of what is there, the oldest first.
    case list(OutboxQuery)
    /// To send a failed one again.
    case resend(Int64)
    /// To give one up.
    case discard(Int64)

    init(_ parameters: [String: JSONValue]) throws(RequestError) {
        switch parameters["action"] {
        case nil, .null, "list": self = .list(try OutboxQuery(parameters))
        case "resend": self = .resend(try Self.number(parameters))
        case "discard": self = .discard(try Self.number(parameters))
        default: throw RequestError(.badRequest, "`action` is one of list, resend, discard")
        }
    }

    private static func number(_ parameters: [String: JSONValue]) throws(RequestError) -> Int64 {
        guard let number = parameters["purchase"]?.integer, number > 0 else {
            throw RequestError(.badRequest, "`purchase` is the purchase's number, as the list shows it")
        }
        return number
    }
}

/// Which purchases are to be listed.
public struct OutboxQuery: Equatable, Sendable {
    /// Names of states; nil for all of them.
    public var states: [String]?
    public var member: String?
    public var sale: String?
    /// The last number of the page before; 0 for the first page.
    public var after: Int64 = 0
    /// How many at most.
    public var limit = 100
    /// Whether the invoices come along, as far as they are still there.
    public var withInvoices = false

    public static let limits = 1...100

    init(_ parameters: [String: JSONValue]) throws(RequestError) {
        if let states = parameters["states"], states != .null {
            let names = states.array ?? [states]
            self.states = names.compactMap(\.string)
            // What is no name must not change what is listed without a word.
            guard self.states?.count == names.count else {
                throw RequestError(.badRequest, "`states` is a state's name, or a list of them")
            }
        }
        member = try Self.text("member", of: parameters)
        sale = try Self.text("sale", of: parameters)
        if let after = parameters["after"], after != .null {
            guard let number = after.integer, number >= 0 else {
                throw RequestError(.badRequest, "`after` is the last number of the page before")
            }
            self.after = number
        }
        if let limit = parameters["limit"], limit != .null {
            guard let number = limit.integer, Self.limits.contains(Int(clamping: number)) else {
                throw RequestError(
                    .badRequest, "`limit` is a number from \(Self.limits.lowerBound) to \(Self.limits.upperBound)")
            }
            self.limit = Int(number)
        }
        switch parameters["invoices"] {
        case nil, .null: withInvoices = false
        case .bool(let flag): withInvoices = flag
        case .number, .string, .array, .object: throw RequestError(.badRequest, "`invoices` is true or false")
        }
    }

    private static func text(_ name: String, of parameters: [String: JSONValue]) throws(RequestError) -> String? {
        guard let value = parameters[name], value != .null else { return nil }
        guard let text = value.string else { throw RequestError(.badRequest, "`\(name)` is a string") }
        return text
    }
}
