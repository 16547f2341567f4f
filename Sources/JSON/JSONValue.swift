import FoundationEssentials

/// Any JSON value, written by ``JSONWriter``.
public enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    case number(Decimal)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Reads one JSON text in UTF-8, strictly. A byte-order mark in front is passed over; of two members with one name the last
    /// one counts; more than 128 levels, or a number of more than 128 bytes, are a fault.
    ///
    /// - Throws: ``JSONFault`` if the bytes are no JSON, with no part of them in the error.
    public init(parsing bytes: some Collection<UInt8>) throws(JSONFault) {
        if let result = bytes.withContiguousStorageIfAvailable({ Self.parse($0) }) {
            self = try result.get()
        } else {
            self = try Array(bytes).withUnsafeBufferPointer { Self.parse($0) }.get()
        }
    }

    /// Reads one JSON text as ``init(parsing:)`` does, and keeps of its objects only the members of these names. The others must be JSON too, but
    /// their numbers may be of any size. It goes on within another text, so it has 100 levels at most. An invoice of a thousand lines is read in a tenth of the time.
    public init(parsing bytes: [UInt8], keeping names: JSONNames) throws(JSONFault) {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw JSONFault() }
        self = try bytes.withUnsafeBufferPointer { Self.parse($0, names) }.get()
    }

    private static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>, _ names: JSONNames? = nil
    ) -> Result<JSONValue, JSONFault> {
        Result { () throws(JSONFault) in
            var parser = JSONParser(bytes, names: names)
            return try parser.parse()
        }
    }

    public var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    public var number: Decimal? {
        if case .number(let value) = self { value } else { nil }
    }

    public var object: [String: JSONValue]? {
        if case .object(let value) = self { value } else { nil }
    }

    public var array: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The number if it is whole and fits, for counters and sequence numbers.
    public var integer: Int64? {
        guard let number, number >= Decimal(Int64.min), number <= Decimal(Int64.max) else { return nil }
        return Int64("\(number)")
    }

    /// A member of an object; nil where there is none or this is no object.
    public subscript(key: String) -> JSONValue? { object?[key] }
}

/// Bytes that are no JSON text.
public struct JSONFault: Error, Equatable, Sendable {
    public init() {}
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .number(Decimal(value)) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(nilLiteral: ()) { self = .null }
    public typealias Key = String
    public typealias Value = JSONValue
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
}
