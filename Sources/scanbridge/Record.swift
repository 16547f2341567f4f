import ArgumentParser
import Glibc
import Keystrokes
import Recordings
import Scanners
import SystemCalls
import TextChecks

struct Record: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes a device's events as a recording, for support.",
        discussion: """
            Scan something, then press Ctrl+C. A recording holds what was scanned: treat it as such. While the service holds \
            the scanner nothing arrives here; stop it first.
            """)

    @Argument(help: "The device's node, for example /dev/input/event5; scanbridge devices lists them.")
    var device: String
    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp("Where to write (default: standard output).", valueName: "file"))
    var output: String?

    func run() throws {
        try reportingErrors(device) {
            let recorder = try EventRecorder(node: device)
            let file: Descriptor
            if let output {
                file = try Descriptor.open(output, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
            } else {
                file = Descriptor(owning: try systemCall("dup") { dup(STDOUT_FILENO) })
            }
            let head = "# scanbridge recording\nN: \(recorder.name.printable)\n\(recorder.identity)\n"
            try file.writeAll(Array(head.utf8))
            var start: MonotonicTime?
            while let events = try recorder.next() {
                let first = start ?? events[0].time
                start = first
                let lines = events.map { Recording.line($0, since: first) + "\n" }.joined()
                try file.writeAll(Array(lines.utf8))
            }
        }
    }
}
