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
            Scan something, then press Ctrl+C. A recording holds what was scanned and the device's serial number: treat it as \
            such. While the service holds the scanner nothing arrives here; stop it first.

            With --directory the recording is a folder of three files, for scanbridge replay and for umockdev: device, ioctl \
            and events. Run a program with the recorded scanner: umockdev-run -d DIR/device -i NODE=DIR/ioctl \
            -e NODE=DIR/events -- PROGRAM
            """)

    @Argument(help: "The device's node, for example /dev/input/event5; scanbridge devices lists them.")
    var device: String
    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp(
            "Where to write one file, in evemu's form (default: standard output).", valueName: "file"))
    var output: String?
    @Option(help: ArgumentHelp("Where to write a folder instead, made if it is not there.", valueName: "dir"))
    var directory: String?

    func validate() throws {
        if output != nil, directory != nil { throw ValidationError("Use --output or --directory, not both.") }
    }

    func run() throws {
        try reportingErrors(device) {
            let opened = MonotonicTime.now()
            let recorder = try EventRecorder(node: device)
            let file = try destination(recorder.answers)
            // A report without events is where the recording began: a replay then pauses as long as there was nothing to record.
            let beginning = InputEvent(
                time: opened, type: EventCode.synchronization, code: EventCode.synReport, value: 0)
            try file.writeAll(Array((Recording.line(beginning, since: opened) + "\n").utf8))
            var start: MonotonicTime?
            while let events = try recorder.next() {
                // By the events' own clock, which is another one in a test bed.
                let waited = MonotonicTime.now().milliseconds(since: opened)
                let first = start ?? events[0].time.adding(milliseconds: -waited)
                start = first
                let lines = events.map { Recording.line($0, since: first) + "\n" }.joined()
                try file.writeAll(Array(lines.utf8))
            }
        }
    }

    /// Opens what the events are written to, with what goes in front of them.
    private func destination(_ answers: EvdevAnswers) throws -> Descriptor {
        let file: Descriptor
        var head = "# EVEMU 1.3\n# Recorded by \(Version.server)\n"
        if let directory {
            let record = try UdevRecord(node: device)
            if mkdir(directory, 0o700) != 0, errno != EEXIST { throw SystemError(call: "mkdir", errno: errno) }
            try Self.create("\(directory)/device").writeAll(Array(record.text.utf8))
            try Self.create("\(directory)/ioctl").writeAll(Array(answers.ioctl(node: record.node).utf8))
            file = try Self.create("\(directory)/events")
        } else {
            head += answers.evemu
            file = try output.map(Self.create) ?? Descriptor(owning: systemCall("dup") { dup(STDOUT_FILENO) })
        }
        try file.writeAll(Array(head.utf8))
        return file
    }

    /// Opens a file that only this user can read, also where one was before.
    private static func create(_ path: String) throws(SystemError) -> Descriptor {
        let file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
        let number = file.number
        var status = stat()
        try systemCall("fstat") { fstat(number, &status) }
        if status.st_mode & S_IFMT == S_IFREG { try systemCall("fchmod") { fchmod(number, 0o600) } }
        return file
    }
}
