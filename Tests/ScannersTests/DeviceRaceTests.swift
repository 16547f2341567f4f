import Keystrokes
import LoopTesting
import Scanners
import SystemCalls
import Testing

/// What is told of a node that is not what udev said, of nodes that are one scanner, and of scanners that are two.
extension UdevScannersTests {
    @Test("a node that udev does not mean is not read, and blocked for as long as sysfs has the scanner")
    func otherNode() async throws {
        try await serving([]) { service, _ in
            // Not tagged yet: the service may look at any time, and must see it as it is to be.
            let device = try bed.add(MockDevice())
            // udev's number is that of a device that has had this name before.
            bed.set("MINOR", "251", of: device)
            bed.tag(device)
            #expect(await service.errors.wait(for: 1) == ["\(device.node) fstat: No such device"])
            #expect(await service.journal.wait(for: 1) == ["\(device.id) blocked:failed"])
            bed.remove(device)
            #expect(await service.journal.wait(for: 2).last == "\(device.id) disconnected")
        }
    }

    @Test("a keyboard that got the scanner's old node number is neither grabbed nor read; one that gets it back is")
    func keyboardOnOldNumber() async throws {
        try await serving([.keyboard]) { service, devices in
            let device = try bed.add(MockDevice())
            try bed.giveNumber(of: device, to: devices[0])
            bed.tag(device)
            #expect(await service.errors.wait(for: 1) == ["\(device.node) readlink: No such device"])
            #expect(await service.journal.wait(for: 1) == ["\(device.id) blocked:failed"])
            try bed.type(Strokes.of("111"), on: device)
            try bed.giveNumber(of: device, to: device)
            #expect(
                await service.journal.wait(for: 2) == ["\(device.id) blocked:failed", "\(device.id) connected"])
            try bed.type(Strokes.of("222", at: Strokes.ahead), on: device)
            let told = await service.journal.wait { $0.last == "\(device.id) 222" }
            #expect(!told.contains("\(device.id) 111"))
            bed.remove(device)
        }
    }

    @Test("a node that says another name or other ids than sysfs is another device's")
    func otherName() async throws {
        var impostor = MockDevice.tagged
        impostor.answeredName = "Logitech K120"
        try await serving([impostor]) { service, devices in
            #expect(await service.journal.wait(for: 1) == ["\(devices[0].id) blocked:failed"])
            #expect(service.errors.entries == ["\(devices[0].node) EVIOCGNAME: No such device"])
        }
    }

    @Test("keyboard, second keyboard and consumer control of one device are one scanner with one name")
    func compositeScanner() async throws {
        let tag = ["SCANBRIDGE_SCANNER": "1"]
        let nodes = [
            MockDevice(name: "Netum C750 Keyboard", properties: tag), MockDevice(name: "Netum C750", properties: tag),
            MockDevice(
                name: "Netum C750 Consumer Control", properties: tag.merging(["ID_INPUT_KEYBOARD": "0"]) { $1 }),
        ]
        try await serving([]) { service, _ in
            let devices = try nodes.map { try bed.add($0) }
            for device in devices { bed.uevent(device, "add") }
            let id = devices[0].id
            #expect(await service.journal.wait(for: 1) == ["\(id) connected"])
            try await service.settleNodes()
            try bed.type(Strokes.of("123"), on: devices[1])
            #expect(await service.journal.wait(for: 2) == ["\(id) connected", "\(id) 123"])
            for device in devices { bed.remove(device) }
            #expect(await service.journal.wait(for: 3).last == "\(id) disconnected")
            try await service.thread.settle()
            #expect(service.journal.entries.count == 3)
        }
    }

    @Test("two equal scanners with the same serial number are two, and stay who they are")
    func sameSerial() async throws {
        let serial = ["SCANBRIDGE_SCANNER": "1", "ID_SERIAL_SHORT": "9F3"]
        let (left, right) = (MockDevice(port: "1", properties: serial), MockDevice(port: "2", properties: serial))
        let (first, second) = ("0c2e:0c81:9F3", "0c2e:0c81:9F3@pci-0000:00:14.0-usb-0:2")
        try await serving([]) { service, _ in
            let devices = try [left, right].map { try bed.add($0) }
            for device in devices { bed.uevent(device, "add") }
            #expect(await service.journal.wait(for: 2).sorted() == ["\(first) connected", "\(second) connected"])
            for device in devices { bed.remove(device) }
            let gone = Set([first, second].map { "\($0) disconnected" })
            #expect(await service.journal.wait { Set($0.suffix(2)) == gone }.count >= 4)
            let back = try bed.add(right)
            bed.uevent(back, "add")
            #expect(await service.journal.wait { $0.last == "\(second) connected" }.last == "\(second) connected")
            let other = try bed.add(left)
            bed.uevent(other, "add")
            #expect(await service.journal.wait { $0.last == "\(first) connected" }.last == "\(first) connected")
            bed.remove(back)
            bed.remove(other)
        }
    }

    @Test("serial numbers that are none are told apart by port")
    func constantSerial() async throws {
        let serial = ["SCANBRIDGE_SCANNER": "1", "ID_SERIAL_SHORT": "00000000"]
        try await serving([MockDevice(properties: serial), MockDevice(port: "2", properties: serial)]) {
            service, devices in
            #expect(await service.journal.wait(for: 2).sorted() == devices.map { "\($0.id) connected" })
        }
    }

    @Test("a scanner that is replugged at once is another node: gone and back, and its codes are read")
    func replugged() async throws {
        try await serving([]) { service, _ in
            let first = try bed.add(.tagged)
            bed.uevent(first, "add")
            #expect(await service.journal.wait(for: 1) == ["\(first.id) connected"])
            let second = try bed.add(MockDevice())
            bed.remove(first)
            bed.tag(second)
            for action in ["bind", "change", "add"] { bed.uevent(second, action) }
            #expect(
                await service.journal.wait(for: 3) == [
                    "\(first.id) connected", "\(first.id) disconnected", "\(first.id) connected",
                ])
            try bed.type(Strokes.of("123"), on: second)
            #expect(await service.journal.wait(for: 4).last == "\(first.id) 123")
            bed.remove(second)
        }
    }
}
