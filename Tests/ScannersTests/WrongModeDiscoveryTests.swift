import Keystrokes
import LoopTesting
import Scanners
import SystemCalls
import Testing

/// A USB scanner that is no keyboard.
private struct Misfit {
    var vendor = "0c2e"
    var product = "0007"
    var port = "7"
    var interfaces = ":030000:"
    var properties = ""
    /// The HID interface's report descriptor, in hexadecimal.
    var report: String?

    var syspath: String { "/sys/devices/pci0000:00/usb1/1-\(port)" }
    var hidPath: String { "\(syspath)/1-\(port):1.0/0003:\(vendor):\(product).0001" }
    /// The device's parents in the bed have no names, so no controller is known.
    var id: String { "\(vendor):\(product)@usb-0:\(port)" }

    var description: String {
        """
        P: \(syspath.dropFirst(4))
        N: bus/usb/001/00\(port)
        E: DEVNAME=/dev/bus/usb/001/00\(port)
        E: DEVTYPE=usb_device
        E: ID_MODEL_ID=\(product)
        E: ID_USB_INTERFACES=\(interfaces)
        E: ID_VENDOR_ID=\(vendor)
        E: SUBSYSTEM=usb
        \(properties)A: manufacturer=Metrologic
        A: product=MS7120


        """
    }

    var hidDescription: String {
        """
        P: \(hidPath.dropFirst(4))
        E: SUBSYSTEM=hid
        H: report_descriptor=\(report ?? "")


        """
    }
}

extension UdevScannersTests {
    @Test("a scanner in a wrong mode is blocked until it is unplugged, and back as a keyboard it connects")
    func wrongMode() async throws {
        let misfit = Misfit()
        try bed.add(usb: misfit.description)
        let keyboard = MockDevice(vendor: "0c2e", product: "0204", port: "7", properties: ["SCANBRIDGE_SCANNER": "1"])
        try await serving([]) { service, _ in
            #expect(await service.journal.wait(for: 1) == ["\(misfit.id) blocked:wrong_mode"])
            #expect(await service.present == ["\(misfit.id) blocked:wrong_mode"])
            for action in ["add", "bind", "change"] { bed.uevent(misfit.syspath, action) }
            bed.uevent(misfit.syspath, "remove")
            #expect(await service.journal.wait(for: 2).last == "\(misfit.id) disconnected")
            let scanner = try bed.add(keyboard)
            bed.uevent(scanner, "add")
            #expect(await service.journal.wait(for: 3).last == "\(scanner.id) connected")
            #expect(await service.present == ["\(scanner.id) connected"])
            bed.remove(scanner)
        }
    }

    @Test("one that comes later is reported, with its name, and one that a rule excludes is not")
    func wrongModeLater() async throws {
        let misfit = Misfit(product: "0700", port: "8", interfaces: ":020201:0a0000:")
        let excluded = Misfit(product: "0720", port: "9", interfaces: ":020201:0a0000:")
        let ruledOut = Misfit(product: "0007", port: "6", properties: "E: SCANBRIDGE_SCANNER=0\n")
        try await serving([], [ScannerRule(product: "0720", use: false)]) { service, _ in
            for device in [excluded, ruledOut, misfit] {
                try bed.add(usb: device.description)
                bed.uevent(device.syspath, "add")
            }
            #expect(await service.journal.wait(for: 1) == ["\(misfit.id) blocked:wrong_mode"])
            let survey = try UdevScanners.survey(ScannerSelection(rules: [ScannerRule(product: "0720", use: false)]))
            let surveyed = survey.first { $0.description.product == "0700" }
            #expect(surveyed?.description.name == "Metrologic MS7120")
            #expect(surveyed?.description.node == "/dev/bus/usb/001/008")
            #expect(survey.count == 3)
            // With the rule gone it is one.
            try await service.select([])
            #expect(await service.journal.wait(for: 2).last == "\(excluded.id) blocked:wrong_mode")
            try await service.select([ScannerRule(vendor: "0c2e", use: false)])
            #expect(await service.journal.wait(for: 4).count == 4)
            #expect(await service.present.isEmpty)
            for device in [excluded, ruledOut, misfit] { bed.uevent(device.syspath, "remove") }
        }
    }

    @Test("a HID-POS scanner is known by its report descriptor, once the kernel has come to that")
    func reportDescriptor() async throws {
        let misfit = Misfit(vendor: "1234", product: "5678", port: "5", report: "058C0902A101")
        try await serving([]) { service, _ in
            try bed.add(usb: misfit.description)
            bed.uevent(misfit.syspath, "add")
            try await service.thread.settle()
            #expect(service.journal.entries.isEmpty)
            try bed.add(usb: misfit.hidDescription)
            bed.uevent(misfit.hidPath, "add")
            #expect(await service.journal.wait(for: 1) == ["\(misfit.id) blocked:wrong_mode"])
            bed.uevent(misfit.syspath, "remove")
            #expect(await service.journal.wait(for: 2).last == "\(misfit.id) disconnected")
        }
    }

    @Test("one that turns out to be a keyboard as well is no longer reported")
    func keyboardAfterAll() async throws {
        let misfit = Misfit(product: "0007", port: "4", report: "05010906A101")
        try await serving([]) { service, _ in
            try bed.add(usb: misfit.description)
            bed.uevent(misfit.syspath, "add")
            #expect(await service.journal.wait(for: 1) == ["\(misfit.id) blocked:wrong_mode"])
            try bed.add(usb: misfit.hidDescription)
            bed.uevent(misfit.hidPath, "add")
            #expect(await service.journal.wait(for: 2).last == "\(misfit.id) disconnected")
            bed.uevent(misfit.syspath, "remove")
        }
    }
}
