import ArgumentParser

struct PurchasesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purchases",
        abstract: "What waits to be sent to the loyalty provider, and what has failed.",
        discussion: """
            A purchase is queued until the provider has taken it. One that the provider refuses when the till has gone on, or that has \
            grown too old, has failed: send it again, or give it up. Needs the running service; resend and discard need root.
            """,
        subcommands: [ListPurchases.self, ResendPurchases.self, DiscardPurchases.self, ExportPurchases.self],
        defaultSubcommand: ListPurchases.self)
}
