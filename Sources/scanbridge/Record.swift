import ArgumentParser
import Glibc
import Keystrokes
import Recordings
import Scanners
import SystemCalls

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
            let file = try output.map { path throws(SystemError) in
                OwnedDescriptor(try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600))
            }
            let write = { (text: String) throws(SystemError) in
                if let file { try file.descriptor.writeAll(Array(text.utf8)) } else { Output.write(Array(text.utf8)) }
            }
            try write("# scanbridge recording\nN: \(printable(recorder.name))\n\(recorder.identity)\n")
            var start: MonotonicTime?
            while let events = try recorder.next() {
                let first = start ?? events[0].time
                start = first
                try write(events.map { Recording.line($0, since: first) + "\n" }.joined())
            }
        }
    }
}

/// Lets a descriptor stand in an optional that a closure captures.
private final class OwnedDescriptor {
    let descriptor: Descriptor

    init(_ descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }
}
