import JSON
import TextChecks

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
        let text = { (key: String) in (event[key]?.string ?? "").printable }
        switch event["type"]?.string {
        case "snapshot":
            let scanners = event["scanners"]?.array ?? []
            let endpoint = "endpoint \((event["endpoint"]?["state"]?.string ?? "unknown").printable)"
            return ["listening   \(scanners.count) scanner\(scanners.count == 1 ? "" : "s"), \(endpoint)"]
                + scanners.map { "            " + scanner($0) }
        case "scanner": return ["scanner     " + scanner(event)]
        case "scan":
            let isGuess = event["symbology_guessed"]?.bool == true
            let symbology = event["symbology"]?.string.map { " (\($0.printable)\(isGuess ? "?" : ""))" } ?? ""
            let lookup = event["lookup"]?.bool == true ? "" : ", not looked up"
            return ["scan        \(text("code"))\(symbology)\(lookup)\(passing(event))"]
        case "scan_damaged": return ["damaged     the code was not read whole (\(text("reason"))): scan again"]
        case "member": return ["member      " + member(event)]
        case "pass":
            return ["pass        \(event["passed"]?.bool == true ? "typed on" : "not typed on (\(text("reason")))")"]
        case "purchase": return ["purchase    " + purchase(event)]
        case "balance":
            let known = event["old"]?.number.map { "\($0) -> " } ?? ""
            let new = event["new"]?.number.map { "\($0)" } ?? "no balance"
            return ["balance     \(text("member")): \(known)\(new)"]
        case "gap":
            return ["gap         events \(number(event["from"])) to \(number(event["to"])) are no longer held"]
        case "lagged": return ["lagged      this program read too slowly"]
        case let type?: return [type.printable]
        case nil: return []
        }
    }

    private static func scanner(_ event: JSONValue) -> String {
        let scanner = event["scanner"] ?? event
        let name = (scanner["name"]?.string ?? "").printable
        let id = (scanner["id"]?.string ?? "").printable
        let reason = event["reason"]?.string.map { ": \($0.printable)" } ?? ""
        let message = event["message"]?.string.map { ", \($0.printable)" } ?? ""
        return "\((event["state"]?.string ?? "").printable) \(name) (\(id))\(reason)\(message)"
    }

    private static func passing(_ scan: JSONValue) -> String {
        if scan["passed"]?.bool == true { return ", typed on" }
        return switch scan["reason"]?.string {
        case nil, "waiting": ""
        case let reason?: ", not typed on (\(reason.printable))"
        }
    }

    private static func purchase(_ event: JSONValue) -> String {
        let status = (event["status"]?.string ?? "").printable
        let sale = (event["sale"]?.string ?? "").printable
        let kind = event["refund"]?.bool == true ? "refund " : ""
        let text = (event["reason"]?.string ?? event["printer_text"]?.string).map { ": \($0.printable)" } ?? ""
        return "\(status) \(kind)\(sale), \(number(event["amount"]))\(text)"
    }

    static func member(_ event: JSONValue) -> String {
        let status = (event["status"]?.string ?? "").printable
        let took = "\(number(event["lookup_ms"])) ms"
        guard let member = event["member"] else { return "\(status) (\(took))" }
        let name = member["name"]?.string.map(\.printable) ?? "no name"
        let balance = member["balance"]?.number.map { "\($0)" } ?? "no balance"
        return "\(name), \(balance) (\(took))"
    }

    private static func number(_ value: JSONValue?) -> String { value?.number.map { "\($0)" } ?? "?" }
}
