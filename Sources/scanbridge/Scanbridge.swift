import ArgumentParser

/// The program: one command for each thing that it does.
@main
struct Scanbridge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scanbridge",
        abstract: "Reads barcode scanners, looks members up, and tells every program that listens.",
        discussion: """
            The service (serve) finds USB scanners in keyboard mode, takes them for itself, turns their keystrokes into codes, \
            asks the loyalty provider about members and tells listeners on a Unix socket. See it work without hardware: \
            scanbridge demo.

            Exit status: 0; 64 wrong usage; 69 service or device not there; 70 a fault of the program; 77 no permission; \
            78 wrong configuration.
            """,
        version: Version.text,
        subcommands: [
            Serve.self, Demo.self, Listen.self, Devices.self, Status.self, Lookup.self, PurchasesCommand.self,
            Record.self, Replay.self,
            RouteCodes.self, Check.self,
        ])
}
