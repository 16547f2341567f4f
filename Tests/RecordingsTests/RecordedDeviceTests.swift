import Recordings
import Testing

@Suite("Recorded devices")
struct RecordedDeviceTests {
    private func read(_ text: String) throws -> RecordedDevice { try RecordedDevice(parsing: Array(text.utf8)) }

    @Test("evemu's name and ids")
    func evemu() throws {
        let device = try read(
            "# EVEMU 1.3\nN: Some scanner \nI: 0003 0C2E 204 0111\nP: 00 00\nB: 00 0b\nE: 0.000001 1 1 1\n")
        #expect(device.vendor == "0c2e" && device.product == "0204" && device.name == "Some scanner ")
        #expect(device.serial.isEmpty && device.path.isEmpty && !device.isUnknown)
    }

    @Test("umockdev's first device and its parents, udev's ids before the kernel's")
    func umockdev() throws {
        let device = try read(
            """
            P: /devices/a/input/input5/event5\r
            N: input/event5\r
            E: ID_VENDOR_ID=0c2e\r
            E: ID_SERIAL_SHORT=12=34\r
            E: ID_PATH=pci-0000:00:14.0-usb-0:2:1.0\r

            P: /devices/a/input/input5
            A: name=Back\\\\slash
            A: id/vendor=05e0
            A: id/product=1200

            P: /devices/b/input/input6
            E: ID_VENDOR_ID=ffff
            A: name=Other
            """)
        #expect(device.vendor == "0c2e" && device.product == "1200" && device.serial == "12=34")
        #expect(device.name == "Back\\slash" && device.path == "pci-0000:00:14.0-usb-0:2:1.0")
    }

    @Test(
        "what says nothing is unknown",
        arguments: [
            "", "\n\n", "E: 0.000001 0001 001e 1", "I: 0003 0c2e", "I: a sentence", "A:", "E: =", "N:", "A: name=",
        ])
    func unknown(_ text: String) throws {
        #expect(try read(text).isUnknown)
    }

    @Test(
        "an id that is none is an error with its line",
        arguments: [
            "E: ID_VENDOR_ID=xyz", "E: ID_MODEL_ID=", "E: ID_MODEL_ID=12345", "A: id/vendor=+12", "I: 3 -1 1 1",
            "E: ID_VENDOR_ID=\u{FFFD}",
        ])
    func broken(_ line: String) {
        #expect(throws: RecordingError(line: 3, kind: .id)) { try read("#\n\n\(line)") }
    }

    @Test("hostile text is bounded and on one line")
    func hostile() throws {
        let device = try RecordedDevice(
            parsing: Array("N: a\u{7F}\u{1B}[2J".utf8) + [0xFF, 0] + [UInt8](repeating: 0x61, count: 5000))
        #expect(
            device.name.unicodeScalars.count == 1024 && device.name.hasPrefix("a\u{FFFD}\u{FFFD}[2J\u{FFFD}\u{FFFD}a"))
    }
}
