import FoundationEssentials
import Glibc
import ProgramTesting
import SystemCalls

/// A folder with a scanner for `umockdev-run`, in the form in which `scanbridge record --directory` writes one.
final class MockScanner {
    /// Holds `device`, `ioctl` and `events`.
    let folder: String
    private let owned: TemporaryDirectory?

    static let node = "/dev/input/event7"

    /// A scanner that types `events` once somebody could listen.
    init(events: String) throws {
        let directory = try TemporaryDirectory(named: "scanbridge-mock")
        owned = directory
        folder = directory.path
        for (fixture, name) in [("keyboard.umockdev", "device"), ("keyboard.ioctl", "ioctl")] {
            try directory.write(try Self.fill(fixture), to: name)
        }
        try directory.write(events, to: "events")
    }

    /// What was recorded before.
    init(recorded folder: String) {
        self.folder = folder
        owned = nil
    }

    /// Runs a shell script in which `$S` is the program and `$N` the scanner's node; 60 seconds are its most.
    func run(_ script: String, environment: [String: String] = [:]) throws -> Program.Result {
        let variables = ["S": try Program.path, "N": Self.node].merging(environment) { $1 }
        return try Program.run(
            program: "/usr/bin/umockdev-run",
            [
                "-d", "\(folder)/device", "-i", "\(Self.node)=\(folder)/ioctl", "-e", "\(Self.node)=\(folder)/events",
                "--", "timeout", "60", "sh", "-c", script,
            ], environment: variables)
    }

    func text(_ file: String) throws -> String {
        try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
    }

    private static let name = "Honeywell 1950g"

    /// A text and zeros behind it.
    private static func hexadecimal(_ text: String, bytes: Int) -> String {
        (Array(text.utf8) + [UInt8](repeating: 0, count: bytes - text.utf8.count)).map { byte in
            String(byte >> 4, radix: 16, uppercase: true) + String(byte & 15, radix: 16, uppercase: true)
        }.joined()
    }

    private static func fill(_ fixture: String) throws -> String {
        let tests = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        var text = try String(contentsOfFile: "/\(tests)/ScannersTests/Fixtures/\(fixture)", encoding: .utf8)
        let values = [
            "event": "7", "minor": "71", "vendor": "0c2e", "product": "0c81", "name": name, "port": "1",
            "ids": "03002E0C810C1101", "named": "\(name.utf8.count + 1) \(hexadecimal(name, bytes: 255))",
        ]
        for (key, value) in values { text = text.replacing("{\(key)}", with: value) }
        // Where udev has the ids and the port.
        return text.replacing(
            "E: SUBSYSTEM=input\nA: dev",
            with: """
                E: ID_INPUT_KEY=1
                E: ID_MODEL_ID=0c81
                E: ID_PATH=pci-0000:00:14.0-usb-0:1:1.0
                E: ID_SERIAL_SHORT=S/N 7
                E: ID_VENDOR_ID=0c2e
                E: SUBSYSTEM=input
                A: dev
                """)
    }
}
