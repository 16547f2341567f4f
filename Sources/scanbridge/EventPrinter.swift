import JSON

/// Prints events: as they came into a pipe, and one readable line each for a person.
struct EventPrinter {
    private let isJSON: Bool

    init(json: Bool) {
        isJSON = json || !Output.isTerminal
    }

    /// Prints one line of the protocol, with or without its line feed.
    func print(_ line: [UInt8]) {
        if isJSON {
            Output.write(line.last == UInt8(ascii: "\n") ? line : line + [UInt8(ascii: "\n")])
        } else if let event = try? JSONValue(parsing: line) {
            for text in Self.readable(event) { Output.line(text) }
        }
    }

    /// What a person reads; nothing that a scanner or the provider sent can drive the terminal.
    static func readable(_ event: JSONValue) -> [String] {
        let time = event["time"]?.string.map { String($0.dropFirst(11).prefix(12)) } ?? "            "
        return lines(event).enumerated().map { ($0 == 0 ? time : String(repeating: " ", count: 12)) + "  " + $1 }
    }

    private static func lines(_ event: JSONValue) -> [String] {
        let text = { (key: String) in printable(event[key]?.string ?? "") }
        switch event["type"]?.string {
        case "snapshot":
            let scanners = event["scanners"]?.array ?? []
            let endpoint = "endpoint \(printable(event["endpoint"]?["state"]?.string ?? "unknown"))"
            return ["listening   \(scanners.count) scanner\(scanners.count == 1 ? "" : "s"), \(endpoint)"]
                + scanners.map { "            " + scanner($0) }
        case "scanner": return ["scanner     " + scanner(event)]
        case "scan":
            let symbology = event["symbology"]?.string.map { " (\(printable($0)))" } ?? ""
            return ["scan        \(text("code"))\(symbology)\(event["lookup"]?.bool == true ? "" : ", not looked up")"]
        case "scan_damaged": return ["damaged     the code was not read whole (\(text("reason"))): scan again"]
        case "member": return ["member      " + member(event)]
        case "gap":
            return ["gap         events \(number(event["from"])) to \(number(event["to"])) are no longer held"]
        case "lagged": return ["lagged      this program read too slowly"]
        case let type?: return [printable(type)]
        case nil: return []
        }
    }

    private static func scanner(_ event: JSONValue) -> String {
        let scanner = event["scanner"] ?? event
        let name = printable(scanner["name"]?.string ?? "")
        let id = printable(scanner["id"]?.string ?? "")
        let reason = event["reason"]?.string.map { ": \(printable($0))" } ?? ""
        let message = event["message"]?.string.map { ", \(printable($0))" } ?? ""
        return "\(printable(event["state"]?.string ?? "")) \(name) (\(id))\(reason)\(message)"
    }

    static func member(_ event: JSONValue) -> String {
        let status = printable(event["status"]?.string ?? "")
        let took = "\(number(event["lookup_ms"])) ms"
        guard let member = event["member"] else { return "\(status) (\(took))" }
        let name = member["name"]?.string.map(printable) ?? "no name"
        let balance = member["balance"]?.number.map { "\($0)" } ?? "no balance"
        return "\(name), \(balance) (\(took))"
    }

    private static func number(_ value: JSONValue?) -> String { value?.number.map { "\($0)" } ?? "?" }
}
