import EventLoop
import Keystrokes
import LoopTesting
import Scanners
import SystemCalls
import Testing

@Suite(
    "Scanners through udev and evdev", .serialized,
    .enabled(if: Testbed.isAvailable, "needs umockdev: umockdev-wrapper swift test --skip-build"))
struct UdevScannersTests {
    let bed = Testbed.shared

    /// Runs the service on devices that were there before it, unplugs them and stops it.
    func serving(
        _ devices: [MockDevice], _ rules: [ScannerRule] = [],
        _ body: (ScannerService, [PluggedDevice]) async throws -> Void
    ) async throws {
        let plugged = try devices.map { try bed.add($0) }
        let service = try ScannerService()
        try await service.start(rules)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(service, plugged))
        } catch {
            result = .failure(error)
        }
        await service.stop()
        for device in plugged { bed.remove(device) }
        try result.get()
    }

    @Test("a tagged scanner that was there before connects, and its keys are codes")
    func coldPlugged() async throws {
        try await serving([.tagged]) { service, devices in
            let id = devices[0].id
            #expect(await service.journal.wait(for: 1) == ["\(id) connected"])
            #expect(await service.present == ["\(id) connected"])
            try bed.type(Strokes.of("4006381333931"), on: devices[0])
            try bed.type(Strokes.of("0042"), on: devices[0])
            #expect(
                await service.journal.wait(for: 3) == ["\(id) connected", "\(id) 4006381333931", "\(id) 0042"])
            await service.stop()
            #expect(service.journal.entries.last == "\(id) disconnected")
            #expect(service.errors.entries.isEmpty)
        }
    }

    @Test("a keyboard that nothing names is left alone, now and when it comes later")
    func keyboard() async throws {
        try await serving([.keyboard, .tagged]) { service, devices in
            #expect(await service.journal.wait(for: 1) == ["\(devices[1].id) connected"])
            let later = try bed.add(.keyboard)
            defer { bed.remove(later) }
            for action in ["add", "bind", "change"] { bed.uevent(later, action) }
            try bed.type(Strokes.of("111"), on: devices[0])
            try bed.type(Strokes.of("222"), on: later)
            try bed.type(Strokes.of("333"), on: devices[1])
            #expect(await service.journal.wait(for: 2) == ["\(devices[1].id) connected", "\(devices[1].id) 333"])
            #expect(await service.present.count == 1)
        }
    }

    @Test("a rule takes a device that is not tagged, with its own settings")
    func rule() async throws {
        let device = MockDevice(vendor: "05e0", product: "1200", name: "Symbol Bar Code Scanner", port: "2")
        let rule = ScannerRule(vendor: "05e0", product: "1200", decoding: DecodingSettings(prefix: "99"))
        try await serving([device, .keyboard], [rule]) { service, devices in
            #expect(await service.journal.wait(for: 1) == ["\(devices[0].id) connected"])
            try bed.type(Strokes.of("991234"), on: devices[0])
            #expect(await service.journal.wait(for: 2).last == "\(devices[0].id) 1234")
        }
    }

    @Test("use = false leaves a tagged scanner alone")
    func excluded() async throws {
        let other = MockDevice(vendor: "1eab", port: "3", properties: ["SCANBRIDGE_SCANNER": "1"])
        try await serving([.tagged, other], [ScannerRule(vendor: "0c2e", use: false)]) { service, devices in
            #expect(await service.journal.wait(for: 1) == ["\(devices[1].id) connected"])
            #expect(await service.present.count == 1)
        }
    }

    @Test("scanners come and go, told once each, and one that comes back keeps its id")
    func hotplug() async throws {
        try await serving([]) { service, _ in
            var told: [String] = []
            for code in ["123", "456"] {
                let device = try bed.add(.tagged)
                bed.uevent(device, "add")
                told.append("\(device.id) connected")
                #expect(await service.journal.wait(for: told.count) == told)
                try bed.type(Strokes.of(code), on: device)
                told.append("\(device.id) \(code)")
                #expect(await service.journal.wait(for: told.count) == told)
                bed.remove(device)
                told.append("\(device.id) disconnected")
                #expect(await service.journal.wait(for: told.count) == told)
                #expect(await service.present.isEmpty)
            }
        }
    }

    @Test("change, bind and a repeated add change nothing, in mid-code as well", arguments: ["change", "bind", "add"])
    func repeated(_ action: String) async throws {
        try await serving([.tagged]) { service, devices in
            let id = devices[0].id
            #expect(await service.journal.wait(for: 1) == ["\(id) connected"])
            var strokes = Strokes(at: Strokes.ahead)
            strokes.type("4006381", end: nil)
            let first = strokes.events
            try bed.type(first, on: devices[0])
            for _ in 0..<3 { bed.uevent(devices[0], action) }
            try await service.thread.settle()
            strokes.type("333931")
            try bed.type(Array(strokes.events[first.count...]), on: devices[0])
            #expect(await service.journal.wait(for: 2) == ["\(id) connected", "\(id) 4006381333931"])
        }
    }

    @Test("a device that gets its tag later is taken then")
    func taggedLater() async throws {
        try await serving([MockDevice(port: "5")]) { service, devices in
            try await service.thread.settle()
            #expect(service.journal.entries.isEmpty)
            bed.set("SCANBRIDGE_SCANNER", "1", of: devices[0])
            bed.uevent(devices[0], "change")
            #expect(await service.journal.wait(for: 1) == ["\(devices[0].id) connected"])
        }
    }

    @Test(
        "unplugged in mid-code, the code is damaged and then the scanner gone, whoever tells of it first",
        arguments: [true, false])
    func unplugged(byUdev: Bool) async throws {
        try await serving([]) { service, _ in
            let device = try bed.add(.tagged)
            bed.uevent(device, "add")
            #expect(await service.journal.wait(for: 1) == ["\(device.id) connected"])
            // A whole code in front shows that the rest has arrived too.
            var strokes = Strokes(at: Strokes.ahead)
            strokes.type("12")
            strokes.type("40063", end: nil)
            try bed.type(strokes.events, on: device)
            #expect(await service.journal.wait(for: 2).last == "\(device.id) 12")
            try await service.thread.settle()
            if !byUdev {
                try bed.hangUp(device)
                #expect(await service.journal.wait(for: 4).count == 4)
                #expect(service.errors.entries == ["\(device.node) read: No such device"])
            }
            bed.remove(device)
            #expect(
                await service.journal.wait(for: 4).dropFirst(2) == [
                    "\(device.id) damaged:unplugged", "\(device.id) disconnected",
                ])
            try await service.thread.settle()
            #expect(service.journal.entries.count == 4)
        }
    }

    @Test("two scanners that type at once do not mix")
    func interleaved() async throws {
        let other = MockDevice(port: "2", properties: ["SCANBRIDGE_SCANNER": "1"])
        try await serving([.tagged, other]) { service, devices in
            _ = await service.journal.wait(for: 2)
            let strokes = ["1111111111", "2222222222"].map { Strokes.of($0, at: Strokes.ahead) }
            for index in strokes[0].indices {
                for (device, strokes) in zip(devices, strokes) { try bed.type([strokes[index]], on: device) }
            }
            #expect(
                await service.journal.wait(for: 4).dropFirst(2).sorted() == [
                    "\(devices[0].id) 1111111111", "\(devices[1].id) 2222222222",
                ])
        }
    }

    @Test("another selection lets go of what it no longer names and takes what it now does")
    func select() async throws {
        let symbol = MockDevice(vendor: "05e0", product: "1200", port: "2")
        try await serving([.tagged, symbol]) { service, devices in
            let (honeywell, symbol) = (devices[0].id, devices[1].id)
            #expect(await service.journal.wait(for: 1) == ["\(honeywell) connected"])
            try await service.select([ScannerRule(vendor: "05e0"), ScannerRule(vendor: "0c2e", use: false)])
            #expect(
                await service.journal.wait(for: 3) == [
                    "\(honeywell) connected", "\(honeywell) disconnected", "\(symbol) connected",
                ])
            // The same again changes nothing; other settings for a device make it anew.
            try await service.select([ScannerRule(vendor: "05e0"), ScannerRule(vendor: "0c2e", use: false)])
            try await service.thread.settle()
            #expect(service.journal.entries.count == 3)
            try await service.select([ScannerRule(vendor: "05e0", decoding: DecodingSettings(suffix: "9"))])
            #expect(await service.journal.wait(for: 6).count == 6)
            try bed.type(Strokes.of("129"), on: devices[1])
            #expect(await service.journal.wait(for: 7).last == "\(symbol) 12")
            #expect(await service.present == ["\(symbol) connected", "\(honeywell) connected"])
        }
    }

    @Test("the survey lists every device with what is decided and why")
    func survey() async throws {
        let devices = try [
            MockDevice.keyboard, .tagged, MockDevice(vendor: "05e0", product: "1200", port: "2"),
            MockDevice(vendor: "1eab", port: "3", properties: ["SCANBRIDGE_SCANNER": "1"]),
            MockDevice(vendor: "05f9", port: "4", properties: ["ID_INPUT_KEY": "0", "ID_INPUT_KEYBOARD": "0"]),
        ].map { try bed.add($0) }
        defer { for device in devices { bed.remove(device) } }
        let rules = [ScannerRule(vendor: "05e0"), ScannerRule(vendor: "1eab", use: false), ScannerRule(vendor: "05f9")]
        let survey = try UdevScanners.survey(ScannerSelection(rules: rules))
        let decisions = Dictionary(survey.map { ($0.description.node, $0.decision) }) { first, _ in first }
        #expect(survey.count == 5)
        #expect(
            devices.map { decisions[$0.node] } == [
                .leave(because: .notNamed), .take(DecodingSettings(), because: .tagged),
                .take(DecodingSettings(), because: .configured(1)), .leave(because: .excluded(2)),
                .leave(because: .noKeys),
            ])
        let surveyed = survey.first { $0.description.node == devices[1].node }
        let scanner = surveyed?.description
        #expect(scanner?.vendor == "0c2e")
        #expect(scanner?.product == "0c81")
        #expect(scanner?.name == "Honeywell 1950g")
        #expect(scanner?.port == "pci-0000:00:14.0-usb-0:1")
        #expect(surveyed?.scannerID == devices[1].id)
    }
}
