import ArgumentParser
import Configuration
import ListenerSocket

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks configuration, permissions, devices and endpoint; says what to do about each fault.",
        discussion: """
            Run it beside the running service, as root or as the user who listens; what only root may look at is then said to be \
            skipped. Asks the member endpoint once for an id that no member has. NDJSON into a pipe or with --json. Exit status 0 if all \
            is well or there are warnings only, else that of the first fault.

            With --scan, scan the printed test card (/usr/share/doc/scanbridge/test-card.pdf): it tells which country the scanner is set to and \
            which layout line goes into its [[scanner]]. Stop the service first.
            """)

    @OptionGroup var configurationOptions: ConfigurationOptions
    @OptionGroup var socketOptions: SocketOptions
    @Flag(help: "NDJSON, also on a terminal.")
    var json = false
    @Flag(help: "Leave the endpoint alone.")
    var offline = false
    @OptionGroup(title: "Test card") var scan: CheckScan

    func run() throws {
        if try scan.run(configurationOptions, json: json) { return }
        var report = CheckReport(json: json)
        let configuration = checkConfiguration(&report)
        let scene = CheckScene(configuration, socket: socketOptions.named ?? configuration.socket.path)
        checkService(scene, &report)
        checkDevices(scene, &report)
        checkKeyboard(scene, &report)
        checkEndpoint(scene, &report)
        checkPurchases(scene, &report)
        if let status = report.status { throw ExitCode(status.rawValue) }
    }
}
