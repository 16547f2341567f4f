import Testing

@testable import Scanners

@Suite("Device descriptions")
struct DeviceDescriptionTests {
    @Test(
        "the port is the path without the USB interface",
        arguments: [
            ("pci-0000:00:14.0-usb-0:2:1.0", "pci-0000:00:14.0-usb-0:2"),
            ("pci-0000:00:14.0-usb-0:1.4.2:1.1", "pci-0000:00:14.0-usb-0:1.4.2"),
            ("platform-xhci-hcd.0-usb-0:1:1.0", "platform-xhci-hcd.0-usb-0:1"),
            (
                "platform-fd500000.pcie-pci-0000:01:00.0-usb-0:1.2:1.0",
                "platform-fd500000.pcie-pci-0000:01:00.0-usb-0:1.2"
            ),
            ("pci-0000:00:14.0-usbv2-0:2:1.0", "pci-0000:00:14.0-usbv2-0:2"),
            ("pci-0000:00:14.0-usb-0:1.2", "pci-0000:00:14.0-usb-0:1.2"),
            ("platform-i8042-serio-0", "platform-i8042-serio-0"), ("pci-0000:00:1f.3", "pci-0000:00:1f.3"), ("", ""),
            ("-", "-"),
        ])
    func port(_ row: (String, String)) {
        #expect(device(path: row.0).port == row.1)
    }

    @Test("the id is model and serial number, else port, else name")
    func scannerID() {
        #expect(device(serial: "A1").scannerID == "0c2e:0204:A1")
        #expect(device().scannerID == "0c2e:0204@pci-0000:00:14.0-usb-0:2")
        #expect(device(path: "").scannerID == "0c2e:0204@Honeywell 1950g")
        #expect(device(vendor: "", product: "", name: "", path: "").scannerID == "0000:0000@")
        #expect(device(serial: "00000000", path: "").scannerID == "0c2e:0204@Honeywell 1950g")
        #expect(device(serial: "123456789").scannerID == "0c2e:0204@pci-0000:00:14.0-usb-0:2")
        // Replugged, it has another node and the same id.
        #expect(device(event: 9).scannerID == device(event: 5).scannerID)
    }

    @Test(
        "the nodes of one device have one name and one id, without a port as well",
        arguments: [
            "Netum C750", "Netum C750 Keyboard", "Netum C750 Consumer Control", "Netum C750 System Control",
            "Netum C750 Mouse", "Netum C750 Keyboard Consumer Control",
        ])
    func nodes(_ name: String) {
        #expect(device(name: name, path: "").modelName == "Netum C750")
        #expect(device(name: name, path: "").scannerID == "0c2e:0204@Netum C750")
        #expect(device(serial: "dc:2c:26:01:02:03", name: name, path: "").scannerID == "0c2e:0204:dc:2c:26:01:02:03")
    }

    @Test("a name that is nothing else stays", arguments: ["Keyboard", " Mouse", "Mousepad", "My Keyboards", ""])
    func wholeNames(_ name: String) {
        #expect(device(name: name).modelName == name)
    }

    @Test(
        "what is plainly no serial number",
        arguments: [
            "", " ", "-", "0", "00", "000000", "0000-0000", "XXXXXXXX", "FFFFFFFFFFFF", "1234", "123456", "123456789",
            "0123456789", "1234567890", "0123456789ABCDEF", "0123456789abcdef", "123456789ABC", "01234567890123456789",
            "12-34-56-78", "None", "N/A", "To be filled by O.E.M.", "Serial Number",
        ])
    func placeholders(_ serial: String) {
        #expect(SerialNumber.isPlaceholder(serial))
    }

    @Test(
        "what may be a serial number",
        arguments: [
            "7", "A1", "SN1", "12", "123", "1235", "23456789", "0012", "10000000", "S/N:63FC61BF9E8E2247", "18112B4C3F",
            "dc:2c:26:01:02:03", "ABCD", "0987", "é1",
        ])
    func serials(_ serial: String) {
        #expect(!SerialNumber.isPlaceholder(serial))
    }
}
