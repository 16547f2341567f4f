import JSON

/// The fields of an event that a case of the corpus fixes, in the order of the protocol; the other fields differ from run to run.
struct Outcome: Equatable, CustomStringConvertible {
    let type: String?
    let fields: [JSONValue?]

    private static let names: [String: [String]] = [
        "scan": ["code", "symbology", "symbology_guessed", "aim"], "scan_damaged": ["reason"],
    ]

    /// The outcomes in NDJSON.
    static func all(in text: String) throws -> [Outcome] {
        try text.split(separator: "\n").map { Outcome(try JSONValue(parsing: Array($0.utf8))) }
    }

    init(_ event: JSONValue) {
        type = event["type"]?.string
        fields = Self.names[type ?? "", default: []].map { event[$0] }
    }

    /// Whether it names a type and each of the type's fields.
    var isComplete: Bool { !fields.isEmpty && !fields.contains(nil) }

    var description: String {
        let names = Self.names[type ?? "", default: []]
        return (type ?? "no type") + zip(names, fields).map { " \($0)=\(Self.short($1))" }.joined()
    }

    private static func short(_ value: JSONValue?) -> String {
        switch value {
        case nil: "MISSING"
        case .null: "null"
        case .bool(let value): "\(value)"
        case .string(let text):
            text.count > 80 ? "\(text.prefix(60).debugDescription)… (\(text.utf8.count) bytes)" : text.debugDescription
        case .number, .array, .object: "?"
        }
    }
}
