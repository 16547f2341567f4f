import ArgumentParser

struct ExportPurchases: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Prints purchases as NDJSON, with the invoices as far as they are still kept.")

    @OptionGroup var options: PurchaseOptions
    @OptionGroup var conditions: PurchaseConditions

    func run() throws {
        try reportingErrors {
            var connection = try options.connect()
            try conditions.forEach(from: &connection, states: conditions.state, invoices: true) { Output.json($0) }
        }
    }
}
