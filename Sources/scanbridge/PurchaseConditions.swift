import ArgumentParser
import FoundationEssentials
import JSON
import ScanbridgeClient

/// A purchase's state, as it is filtered by.
enum PurchaseStateName: String, ExpressibleByArgument, CaseIterable {
    case queued, accepted, rejected, failed, discarded
}

/// Conditions that all must hold.
struct PurchaseConditions: ParsableArguments {
    @Option(help: ArgumentHelp("Only purchases of this state; may be given several times.", valueName: "state"))
    var state: [PurchaseStateName] = []
    @Option(help: ArgumentHelp("Only purchases of this member.", valueName: "id"))
    var member: String?
    @Option(help: ArgumentHelp("Only the sale of this name.", valueName: "name"))
    var sale: String?

    /// Asks for all of them, page by page.
    func forEach(
        from connection: inout Connection, states: [PurchaseStateName], invoices: Bool, _ body: (JSONValue) -> Void
    ) throws {
        var after: Int64 = 0
        while true {
            var parameters: [String: JSONValue] = ["after": .number(.init(after)), "invoices": .bool(invoices)]
            if !states.isEmpty { parameters["states"] = .array(states.map { .string($0.rawValue) }) }
            parameters["member"] = member.map { .string($0) }
            parameters["sale"] = sale.map { .string($0) }
            let page = try connection.request("purchases", .object(parameters))["purchases"]?.array ?? []
            for purchase in page { body(purchase) }
            guard let last = page.last?["purchase"]?.integer else { return }
            after = last
        }
    }
}
