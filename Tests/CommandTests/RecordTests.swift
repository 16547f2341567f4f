import FoundationEssentials
import Glibc
import JSON
import ProgramTesting
import SystemCalls
import Testing

@Suite("Recording a device, and what others make of it", .serialized)
struct RecordTests {
    /// A code, one that the kernel has dropped events of, and another code.
    private static let events: String = {
        var text = ""
        var time = 0
        func line(_ type: String, _ code: String, _ value: Int) {
            let micros = String(1_000_000 + time % 1_000_000).dropFirst()
            text += "E: \(time / 1_000_000).\(micros) \(type) \(code) \(value)\n"
        }
        func tap(_ key: String) {
            for value in [1, 0] {
                line("0004", "0004", 458_757)
                line("0001", key, value)
                line("0000", "0000", 0)
                time += 1000
            }
        }
        line("0000", "0000", 0)
        time = 2_500_000
        for key in ["0002", "0003", "0004", "001c"] { tap(key) }
        time += 100_000
        tap("0005")
        line("0000", "0003", 0)
        line("0000", "0000", 0)
        time += 1000
        for key in ["0006", "001c"] { tap(key) }
        time += 100_000
        for key in ["0007", "0008", "001c"] { tap(key) }
        return text
    }()
    private static let outcome = ["123", "overflow", "67"]

    /// The events without the reports in front that tell when a recording began, and without times.
    private static func shape(_ text: String) -> [String] {
        let events = text.split(separator: "\n").filter { $0.hasPrefix("E: ") }
            .map { $0.split(separator: " ").dropFirst(2).joined(separator: " ") }
        return Array(events.drop { $0 == "0000 0000 0" })
    }

    private static func outcome(_ lines: [String]) throws -> [String] {
        try lines.map { try JSONValue(parsing: Array($0.utf8)) }
            .compactMap { $0["code"]?.string ?? ($0["type"] == "scan_damaged" ? $0["reason"]?.string : nil) }
    }

    private static func mode(_ path: String) throws -> mode_t {
        var status = stat()
        try systemCall("stat") { stat(path, &status) }
        return status.st_mode & 0o777
    }

    /// Records until the last event is there.
    private static let recording = """
        "$S" record "$N" --directory "$D" & P=$!
        until [ "$(grep -c '^E: .* 0001 001c 0$' "$D/events" 2>/dev/null)" = 3 ]; do sleep 0.05; done
        sleep 0.1; kill -INT $P
        """

    @Test("a recorded folder is the same device and types the same in umockdev, for the service, and in replay")
    func folder() throws {
        let original = try MockScanner(events: Self.events)
        let parent = try TemporaryDirectory(named: "scanbridge-record")
        let folder = "\(parent.path)/recorded"
        defer { for file in ["device", "ioctl", "events"] { unlink("\(folder)/\(file)") } }
        #expect(try original.run(Self.recording, environment: ["D": folder]).status == 0)
        let recorded = MockScanner(recorded: folder)
        #expect(try Self.mode(folder) == 0o700)
        for file in ["device", "ioctl", "events"] { #expect(try Self.mode("\(folder)/\(file)") == 0o600) }
        #expect(try Self.shape(recorded.text("events")) == Self.shape(Self.events))
        #expect(try recorded.text("events").contains(" 0000 0003 0\n"))
        #expect(try recorded.text("ioctl") == original.text("ioctl"))

        // The device.
        let devices = try recorded.run(#""$S" devices"#)
        #expect(devices.errors.isEmpty && devices.lines.count == 1)
        #expect(try devices.lines == original.run(#""$S" devices"#).lines)
        let device = try JSONValue(parsing: Array(devices.output.utf8))
        #expect(
            device["id"] == "0c2e:0c81:S/N 7" && device["name"] == "Honeywell 1950g"
                && device["node"] == "/dev/input/event7")

        // The events, recorded anew from the recording.
        let again = "\(parent.path)/again"
        defer { for file in ["device", "ioctl", "events"] { unlink("\(again)/\(file)") } }
        #expect(try recorded.run(Self.recording, environment: ["D": again]).status == 0)
        let copy = MockScanner(recorded: again)
        #expect(try copy.text("device") == recorded.text("device") && copy.text("ioctl") == recorded.text("ioctl"))
        #expect(try Self.shape(copy.text("events")) == Self.shape(Self.events))

        // The codes.
        let replay = try Program.run(["replay", folder])
        #expect(replay.status == 0)
        #expect(try Self.outcome(replay.lines) == Self.outcome)
        #expect(try JSONValue(parsing: Array((replay.lines.first ?? "").utf8))["scanner"] == "0c2e:0c81:S/N 7")

        try serve(recorded, parent)
    }

    /// The recording's first pause gives the service the time to take the scanner.
    private func serve(_ recorded: MockScanner, _ parent: TemporaryDirectory) throws {
        // umockdev stamps events with the recording's own times, which the service's clock would take for a long pause ago.
        let ahead = Int(MonotonicTime.now().microseconds / 1_000_000) + 600
        let moved = try recorded.text("events").split(separator: "\n").map { line -> String in
            guard line.hasPrefix("E: "), let point = line.firstIndex(of: "."),
                let seconds = Int(line[..<point].dropFirst(3))
            else { return String(line) }
            return "E: \(seconds + ahead)\(line[point...])"
        }
        for file in ["device", "ioctl"] { try parent.write(recorded.text(file), to: file) }
        try parent.write(moved.joined(separator: "\n") + "\n", to: "events")
        let configuration = """
            [endpoint]
            account = "shop"
            member_url = "http://127.0.0.1:9/{member_id}"
            [socket]
            path = "\(parent.path)/socket"
            group = ""
            [[scanner]]
            serial = "S/N 7"
            [[route]]
            name = "all"
            pattern = "^.*$"
            lookup = false
            """
        try parent.write(configuration, to: "config.toml")
        let script = """
            "$S" serve --config "$D/config.toml" >"$D/log" 2>&1 & P=$!
            until [ -S "$D/socket" ]; do sleep 0.05; done
            "$S" listen --socket "$D/socket" --since 0 --json >"$D/heard" & L=$!
            until [ "$(grep -cE '"type":"scan(_damaged)?"' "$D/heard")" = 3 ]; do sleep 0.05; done
            kill $L; kill $P; wait $P; cat "$D/heard"; cat "$D/log" >&2
            """
        let served = try MockScanner(recorded: parent.path).run(script, environment: ["D": parent.path])
        #expect(try Self.outcome(served.lines) == Self.outcome, "\(served)")
    }

    @Test("one file has evemu's description, is read by umockdev as it is, and gives replay the device")
    func file() throws {
        let original = try MockScanner(events: Self.events)
        let parent = try TemporaryDirectory(named: "scanbridge-record")
        let path = "\(parent.path)/one"
        // A file that was there and that others could read.
        try parent.write("old", to: "one")
        chmod(path, 0o644)
        let script = """
            "$S" record "$N" -o "$D" & P=$!
            until [ "$(grep -c '^E: .* 0001 001c 0$' "$D" 2>/dev/null)" = 3 ]; do sleep 0.05; done
            sleep 0.1; kill -INT $P
            """
        #expect(try original.run(script, environment: ["D": path]).status == 0)
        #expect(try Self.mode(path) == 0o600)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.hasPrefix("# EVEMU 1.3\n"))
        #expect(
            text.contains("\nN: Honeywell 1950g\nI: 0003 0c2e 0c81 0111\nP: 00 00 00 00 00 00 00 00\nB: 00 13 00 12"))
        #expect(Self.shape(text) == Self.shape(Self.events))

        let replay = try Program.run(["replay", path])
        #expect(try Self.outcome(replay.lines) == Self.outcome)
        #expect(
            try JSONValue(parsing: Array((replay.lines.first ?? "").utf8))["scanner"] == "0c2e:0c81@Honeywell 1950g")

        try parent.write(original.text("device"), to: "device")
        try parent.write(original.text("ioctl"), to: "ioctl")
        try parent.write(text, to: "events")
        let again = "\(parent.path)/again"
        #expect(try MockScanner(recorded: parent.path).run(script, environment: ["D": again]).status == 0)
        #expect(try Self.shape(String(contentsOfFile: again, encoding: .utf8)) == Self.shape(Self.events))
    }

    @Test("output and directory exclude each other, and a folder that cannot be made is an error")
    func usage() throws {
        #expect(try Program.run(["record", "/dev/null", "-o", "/tmp/a", "--directory", "/tmp/b"]).status == 64)
        let scanner = try MockScanner(events: Self.events)
        let result = try scanner.run(#""$S" record "$N" --directory /nonexistent/folder"#)
        #expect(result.status == 69 && result.errors.contains("mkdir"))
    }
}
