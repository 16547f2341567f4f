import Testing

@testable import Scanners

@Suite("Scanner registry")
struct ScannerRegistryTests {
    /// What a registry tells of a row of changes.
    func told(_ changes: [(DeviceDescription, ScannerState?)]) -> [String] {
        var registry = ScannerRegistry()
        return changes.compactMap { device, state in
            registry.changed(device, of: device.scannerID, to: state).map { info, state in
                switch state {
                case .connected: "\(info.id) connected"
                case .disconnected: "\(info.id) disconnected"
                case .blocked: "\(info.id) blocked"
                }
            }
        }
    }

    @Test("connected and disconnected are told once each")
    func once() {
        let scanner = device(serial: "7")
        #expect(
            told([(scanner, .connected), (scanner, .connected), (scanner, nil), (scanner, nil), (scanner, .connected)])
                == ["0c2e:0204:7 connected", "0c2e:0204:7 disconnected", "0c2e:0204:7 connected"])
    }

    @Test("a device that was never read and goes is nobody's business")
    func neverSeen() {
        #expect(told([(device(), nil)]).isEmpty)
    }

    @Test("a composite scanner with two nodes is one")
    func composite() {
        let keyboard = device(event: 5, path: "pci-0000:00:14.0-usb-0:2:1.0")
        let consumer = device(event: 6, path: "pci-0000:00:14.0-usb-0:2:1.1")
        #expect(keyboard.scannerID == consumer.scannerID)
        let id = keyboard.scannerID
        #expect(
            told([
                (keyboard, .connected), (consumer, .connected), (keyboard, nil), (consumer, nil),
            ]) == ["\(id) connected", "\(id) disconnected"])
    }

    @Test("a node that is blocked does not disturb one that is read, and counts when that is gone")
    func compositeBlocked() {
        let (first, second) = (device(event: 5), device(event: 6))
        let id = first.scannerID
        #expect(
            told([
                (first, .blocked(.busy)), (second, .connected), (second, nil), (first, .connected), (first, nil),
            ]) == ["blocked", "connected", "blocked", "connected", "disconnected"].map { "\(id) \($0)" })
    }

    @Test("what a scanner's keyboard is, the scanner is, whatever its other nodes are")
    func keyboardDecides() {
        var registry = ScannerRegistry()
        let keyboard = device(event: 5, isKeyboard: true)
        let consumer = device(event: 6)
        let id = keyboard.scannerID
        let changes: [(DeviceDescription, ScannerState?)] = [
            (consumer, .connected), (keyboard, .blocked(.busy)), (consumer, .blocked(.permission)),
            (keyboard, .connected),
            (consumer, nil), (keyboard, nil),
        ]
        let told = changes.map { registry.changed($0, of: id, to: $1)?.1 }
        #expect(told == [.connected, .blocked(.busy), nil, .connected, nil, .disconnected])
    }

    @Test("of two keyboards, one that is blocked may be the one that types")
    func twoKeyboards() {
        var registry = ScannerRegistry()
        let (first, second) = (device(event: 5, isKeyboard: true), device(event: 6, isKeyboard: true))
        let changes: [(DeviceDescription, ScannerState?)] = [
            (first, .connected), (second, .blocked(.busy)), (second, .connected), (first, nil), (second, nil),
        ]
        let told = changes.map { registry.changed($0, of: first.scannerID, to: $1)?.1 }
        #expect(told == [.connected, .blocked(.busy), .connected, nil, .disconnected])
    }

    @Test("two nodes that are blocked for two reasons do not take turns")
    func twoReasons() {
        var registry = ScannerRegistry()
        let nodes = (0..<20).map { device(event: $0) }
        var told = 0
        for (number, node) in nodes.enumerated() {
            if registry.changed(node, of: node.scannerID, to: .blocked(number == 0 ? .permission : .busy)) != nil {
                told += 1
            }
        }
        for node in nodes.dropFirst() where registry.changed(node, of: node.scannerID, to: .blocked(.failed)) != nil {
            told += 1
        }
        #expect(told == 1)
    }

    @Test("a blocked scanner that is freed connects")
    func freed() {
        var registry = ScannerRegistry()
        let scanner = device()
        #expect(registry.changed(scanner, of: scanner.scannerID, to: .blocked(.busy))?.1 == .blocked(.busy))
        #expect(registry.present.map(\.1) == [.blocked(.busy)])
        #expect(registry.changed(scanner, of: scanner.scannerID, to: .blocked(.busy)) == nil)
        #expect(registry.changed(scanner, of: scanner.scannerID, to: .blocked(.permission))?.1 == .blocked(.permission))
        #expect(registry.changed(scanner, of: scanner.scannerID, to: .connected)?.1 == .connected)
        #expect(registry.present.map(\.1) == [.connected])
        #expect(registry.changed(scanner, of: scanner.scannerID, to: nil)?.1 == .disconnected)
        #expect(registry.present.isEmpty)
    }

    @Test("two equal scanners without a serial number are two, by their ports")
    func equalScanners() {
        let left = device(event: 5, path: "pci-0000:00:14.0-usb-0:2:1.0")
        let right = device(event: 6, path: "pci-0000:00:14.0-usb-0:3:1.0")
        #expect(left.scannerID != right.scannerID)
        #expect(told([(left, .connected), (right, .connected), (left, nil)]).count == 3)
    }

    @Test("those that are present come in the order of their ids, with what listeners are told")
    func present() {
        var registry = ScannerRegistry()
        _ = registry.changed(device(event: 1, serial: "B"), of: "0c2e:0204:B", to: .blocked(.permission))
        _ = registry.changed(device(event: 2, serial: "A"), of: "0c2e:0204:A", to: .connected)
        #expect(registry.present.map(\.0.id) == ["0c2e:0204:A", "0c2e:0204:B"])
        #expect(
            registry.present.first?.0
                == ScannerInfo(
                    id: "0c2e:0204:A", name: "Honeywell 1950g", vendor: "0c2e", product: "0204", serial: "A",
                    port: "pci-0000:00:14.0-usb-0:2"))
    }
}
