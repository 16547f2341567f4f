import ArgumentParser
import FoundationEssentials
import JSON
import ScanbridgeClient

struct ResendPurchases: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "resend", abstract: "Sends failed purchases again.")

    @OptionGroup var options: PurchaseOptions
    @Argument(help: "Their numbers, as the list shows them.") var numbers: [Int64]

    func run() throws { try decide("resend", numbers, options) }
}

struct DiscardPurchases: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard", abstract: "Gives purchases up: the provider will not hear of them.")

    @OptionGroup var options: PurchaseOptions
    @Argument(help: "Their numbers, as the list shows them.") var numbers: [Int64]

    func run() throws { try decide("discard", numbers, options) }
}

/// Has the service do it to each of them, and says which it was done to.
private func decide(_ action: String, _ numbers: [Int64], _ options: PurchaseOptions) throws {
    try reportingErrors {
        var connection = try options.connect()
        for number in numbers {
            _ = try connection.request(
                "purchases", ["action": .string(action), "purchase": .number(.init(number))])
            Output.line("\(number)  \(action == "resend" ? "is sent again" : "is given up")")
        }
    }
}
