import Glibc
import JSON
import ProgramTesting
import SystemCalls
import Testing

@Suite("Replaying files and folders")
struct ReplayTests {
    /// The key that is q on a US keyboard and a on a French one.
    private static let key =
        "E: 0.000000 0001 0010 1\nE: 0.000000 0000 0000 0\nE: 0.001000 0001 0010 0\nE: 0.001000 0000 0000 0\n"
    private static let device = """
        P: /devices/usb1/1-1/input/input7/event7
        N: input/event7
        E: ID_VENDOR_ID=1234
        E: ID_MODEL_ID=5678
        E: ID_SERIAL_SHORT=S7
        E: ID_PATH=pci-0000:00:14.0-usb-0:3:1.0

        P: /devices/usb1/1-1/input/input7
        A: name=Some\\\\scanner

        """

    private func code(_ result: Program.Result) throws -> String? {
        try JSONValue(parsing: Array(result.output.utf8))["code"]?.string
    }

    @Test(
        "a folder's device decides which [[scanner]] holds, by each of its conditions",
        arguments: [
            (#"vendor = "1234""#, "a"), (#"product = "5678""#, "a"), (#"serial = "S7""#, "a"),
            (#"name = "Some*scanner""#, "a"), (#"port = "*usb-0:3:*""#, "a"), (#"vendor = "9999""#, "q"),
            (#"serial = "S8""#, "q"), (#"name = "event7""#, "q"),
        ])
    func folder(_ condition: String, _ code: String) throws {
        let folder = try TemporaryDirectory(named: "scanbridge-replay")
        try folder.write(Self.key, to: "events")
        try folder.write(Self.device, to: "device")
        let file = try TemporaryFile("[[scanner]]\n\(condition)\nlayout = \"fr\"\n")
        let result = try Program.run(["replay", "--config", file.path, folder.path])
        #expect(try self.code(result) == code)
        #expect(try JSONValue(parsing: Array(result.output.utf8))["scanner"] == "1234:5678:S7")
    }

    @Test("options win over the folder, and each file has its own device")
    func precedence() throws {
        let folder = try TemporaryDirectory(named: "scanbridge-replay")
        try folder.write(Self.key, to: "events")
        try folder.write(Self.device, to: "device")
        let file = try TemporaryFile("[[scanner]]\nvendor = \"1234\"\nproduct = \"5678\"\nlayout = \"fr\"\n")
        let other = ["replay", "--config", file.path, "--vendor", "9999", folder.path]
        #expect(try code(try Program.run(other)) == "q")
        let layout = ["replay", "--config", file.path, "--layout", "us", folder.path]
        #expect(try code(try Program.run(layout)) == "q")
        let evemu = try TemporaryFile("N: X\nI: 0003 1234 5678 0100\n" + Self.key)
        let plain = try TemporaryFile(Self.key)
        let all = try Program.run(["replay", "--config", file.path, folder.path, plain.path, evemu.path])
        let events = try all.lines.map { try JSONValue(parsing: Array($0.utf8)) }
        #expect(events.map { $0["code"] } == ["a", "q", "a"])
        #expect(events.map { $0["scanner"] } == ["1234:5678:S7", "replay", "1234:5678@X"])
    }

    @Test("a folder without a device is replayed, one without events is an error")
    func incomplete() throws {
        let folder = try TemporaryDirectory(named: "scanbridge-replay")
        #expect(try Program.run(["replay", folder.path]).status == 69)
        try folder.write(Self.key, to: "events")
        #expect(try code(try Program.run(["replay", folder.path])) == "q")
    }

    @Test("what is wrong in a file is told with the file and line, and prints nothing else")
    func broken() throws {
        let folder = try TemporaryDirectory(named: "scanbridge-replay")
        try folder.write(Self.key + "E: 1.0 what\n", to: "events")
        let events = try Program.run(["replay", folder.path])
        #expect(events.status == 64 && events.output.isEmpty && events.errors.contains("events, line 5"))
        #expect(events.errors.split(separator: "\n").count == 1)
        try folder.write(Self.key, to: "events")
        try folder.write("P: /devices/x\nE: ID_VENDOR_ID=what\n", to: "device")
        let device = try Program.run(["replay", folder.path])
        #expect(device.status == 64 && device.output.isEmpty && device.errors.contains("device, line 2"))
        let file = try TemporaryFile("\u{1}\nE: 99999999999999999999.000000 0001 0010 1\n")
        let alone = try Program.run(["replay", file.path])
        #expect(alone.status == 64 && alone.errors.contains("\(file.path): line 2"))
    }

    @Test("times that are huge or go backwards are replayed, whatever pause they make")
    func times() throws {
        let file = try TemporaryFile(
            """
            E: 999999999999.999999 0001 0010 1
            E: 999999999999.999999 0000 0000 0
            E: 0.000000 0001 0010 0
            E: 0.000000 0000 0000 0
            E: 999999999999.999999 0001 001c 1
            """)
        let result = try Program.run(["replay", file.path])
        #expect(result.status == 0)
        #expect(!result.lines.isEmpty)
    }
}
