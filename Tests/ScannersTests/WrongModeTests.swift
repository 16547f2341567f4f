import Testing

@testable import Scanners

@Suite("Scanners in a wrong mode")
struct WrongModeTests {
    static let keyboardReport: [UInt8] = [0x05, 0x01, 0x09, 0x06, 0xA1, 0x01]
    static let scannerReport: [UInt8] = [0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01]
    static let serialPort = ["020201", "0a0000"]

    func mode(
        _ id: String, _ interfaces: [String] = [], _ reports: [[UInt8]] = []
    ) -> WrongMode.Interface? {
        let parts = id.split(separator: ":").map(String.init)
        return WrongMode(vendor: parts[0], product: parts[1], interfaces: interfaces, reports: reports)?.interface
    }

    @Test(
        "ids that are known",
        arguments: [
            ("0c2e:0007", .ibm), ("0c2e:0700", .serial), ("0c2e:0720", .serial), ("05e0:0600", .serial),
            ("05e0:1300", .ibm), ("05e0:1400", .ibm), ("05e0:1701", .serial), ("05e0:1900", .snapi),
            ("05f9:1206", .ibm), ("05f9:4204", .serial), ("065a:0009", .serial), ("27dd:0002", .serial),
            ("1eab:1306", .serial), ("1eab:8310", .pointOfSale),
        ] as [(String, WrongMode.Interface)])
    func known(_ row: (String, WrongMode.Interface)) {
        #expect(mode(row.0) == row.1)
        // A keyboard beside it can be read.
        #expect(mode(row.0, ["030101", "030000"]) == nil)
        #expect(mode(row.0, ["030000"], [Self.keyboardReport]) == nil)
    }

    @Test(
        "keyboards, and what nobody knows, are none",
        arguments: [
            "0c2e:0204", "05e0:1200", "05f9:2206", "065a:0001", "1eab:1303", "1eab:0003", "1eab:ff06", "046d:c31c",
            "0483:5740",
            ":",
        ])
    func unknown(_ id: String) {
        #expect(
            WrongMode(vendor: String(id.prefix(4)), product: String(id.suffix(4)), interfaces: [], reports: []) == nil)
    }

    @Test("a serial port of a maker of scanners only is a scanner; of any other it is not")
    func serialPorts() {
        #expect(mode("0c2e:0b6a", Self.serialPort) == .serial)
        #expect(mode("05f9:4fff", Self.serialPort) == .serial)
        #expect(mode("05e0:2100", Self.serialPort) == nil)
        #expect(mode("0483:5740", Self.serialPort) == nil)
        #expect(mode("0c2e:0b6a", Self.serialPort + ["030101"]) == nil)
        // Its HID interface may turn out to be a keyboard.
        #expect(mode("0c2e:0b6a", Self.serialPort + ["030000"]) == nil)
        #expect(mode("0c2e:0b6a", Self.serialPort + ["030000"], [Self.keyboardReport]) == nil)
        #expect(mode("0c2e:0b6a", Self.serialPort + ["030000"], [[0x06, 0x45, 0xFF]]) == .serial)
    }

    @Test("what reports on the page of bar code scanners is one, whoever made it")
    func reports() {
        #expect(mode("1234:5678", ["030000"], [Self.scannerReport]) == .pointOfSale)
        #expect(mode("1234:5678", ["030000"], [[0x06, 0x8C, 0x00, 0x09, 0x02]]) == .pointOfSale)
        #expect(mode("1234:5678", ["030000", "030101"], [Self.scannerReport]) == nil)
        #expect(mode("1234:5678", ["030000", "030000"], [Self.scannerReport, Self.keyboardReport]) == nil)
        for other in [[], [0x05], [0x05, 0x8D], [0x06, 0x8C], [0x05, 0x01, 0x09, 0x02]] as [[UInt8]] {
            #expect(mode("1234:5678", ["030000"], [other]) == nil)
        }
    }

    @Test(
        "the advice names the barcode of the maker's manual",
        arguments: [
            ("0c2e:0007", "\"USB Keyboard (PC)\""), ("05e0:1300", "\"HID Keyboard Emulation\""),
            ("05f9:4204", "\"USB-KBD\""),
            ("1eab:1306", "\"USB HID-KBW\""), ("065a:0009", "\"USB-HID\""), ("27dd:0002", "USB keyboard"),
        ])
    func advice(_ row: (String, String)) throws {
        let mode = try #require(
            WrongMode(vendor: String(row.0.prefix(4)), product: String(row.0.suffix(4)), interfaces: [], reports: []))
        #expect(mode.advice.contains(row.1))
        #expect(Blockage.wrongMode(mode).advice == mode.advice)
        #expect(Blockage.wrongMode(mode).code == "wrong_mode")
    }
}

@Suite("Whether udev runs")
struct UdevDaemonTests {
    @Test("its control socket shows it, or else a property that only udev gives")
    func isRunning() {
        var bare = device()
        bare.isProcessed = false
        #expect(UdevDaemon.isRunning(hasControl: true, devices: []))
        #expect(!UdevDaemon.isRunning(hasControl: false, devices: []))
        #expect(!UdevDaemon.isRunning(hasControl: false, devices: [bare]))
        #expect(UdevDaemon.isRunning(hasControl: false, devices: [bare, device()]))
    }
}
