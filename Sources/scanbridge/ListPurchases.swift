import ArgumentParser
import JSON
import TextChecks

struct ListPurchases: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Shows purchases, the oldest first: those that are queued or have failed, unless --state says more.",
        discussion: "NDJSON into a pipe or with --json.")

    @OptionGroup var options: PurchaseOptions
    @OptionGroup var conditions: PurchaseConditions
    @Flag(help: "NDJSON, also on a terminal.")
    var json = false

    func run() throws {
        try reportingErrors {
            var connection = try options.connect()
            let states = conditions.state.isEmpty ? [.queued, .failed] : conditions.state
            var count = 0
            try conditions.forEach(from: &connection, states: states, invoices: false) { purchase in
                count += 1
                if json || !Output.isTerminal { Output.json(purchase) } else { Output.line(Self.readable(purchase)) }
            }
            if count == 0, !json, Output.isTerminal { Output.line("none") }
        }
    }

    private static func readable(_ purchase: JSONValue) -> String {
        let text = { (key: String) in (purchase[key]?.string ?? "").printable }
        let number = { (key: String) in purchase[key]?.number.map { "\($0)" } ?? "-" }
        let members = (purchase["members"]?.array ?? []).compactMap(\.string).map(\.printable).joined(separator: ",")
        let time = text("received_at").prefix(19)
        let kind = purchase["refund"]?.bool == true ? " refund" : ""
        let detail = purchase["detail"]?.string.map { "  (\($0.printable), tried \(number("attempts")) times)" } ?? ""
        return
            "\(number("purchase"))  \(text("state"))\(kind)  \(time)  \(text("sale"))  \(members)  \(number("amount"))\(detail)"
    }
}
