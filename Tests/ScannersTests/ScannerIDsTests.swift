import SeededNumbers
import Testing

@testable import Scanners

@Suite("Scanners' ids")
struct ScannerIDsTests {
    /// What happens on a port: a scanner with the serial number comes, or goes.
    enum Step: Sendable {
        case plug(port: Int, serial: String = "9F3")
        case unplug(port: Int, serial: String = "9F3")
    }

    static func scanner(_ port: Int, _ serial: String, event: Int) -> DeviceDescription {
        device(event: event, serial: serial, path: "pci-0000:00:14.0-usb-0:\(port):1.0")
    }

    static let plain = "0c2e:0204:9F3"
    static func withPort(_ port: Int) -> String { "\(plain)@pci-0000:00:14.0-usb-0:\(port)" }

    /// The ids that are given, one for each `plug`.
    static func ids(_ steps: [Step]) -> [String] {
        var ids = ScannerIDs()
        var present: [Int: DeviceDescription] = [:]
        var given: [String] = []
        for (number, step) in steps.enumerated() {
            switch step {
            case .plug(let port, let serial):
                // Each time it is another node.
                let scanner = scanner(port, serial, event: number)
                present[port] = scanner
                given.append(ids.arrived(scanner))
            case .unplug(let port, let serial):
                ids.left(present.removeValue(forKey: port) ?? scanner(port, serial, event: 99))
            }
        }
        return given
    }

    @Test(
        "what is given",
        arguments: [
            // Alone, replugged, and moved to another port.
            ([.plug(port: 1), .unplug(port: 1), .plug(port: 1)], [plain, plain]),
            (
                [.plug(port: 1), .unplug(port: 1), .plug(port: 2), .unplug(port: 2), .plug(port: 1)],
                [plain, plain, plain]
            ),
            // Two at once.
            ([.plug(port: 1), .plug(port: 2)], [plain, withPort(2)]),
            ([.plug(port: 2), .plug(port: 1)], [plain, withPort(1)]),
            ([.plug(port: 1), .plug(port: 2), .plug(port: 3)], [plain, withPort(2), withPort(3)]),
            // Replugged in the other order, each is who it was.
            (
                [
                    .plug(port: 1), .plug(port: 2), .unplug(port: 1), .unplug(port: 2), .plug(port: 2), .plug(port: 1),
                ], [plain, withPort(2), withPort(2), plain]
            ),
            // Once the number is known to be shared, nobody inherits the plain id.
            (
                [.plug(port: 1), .plug(port: 2), .unplug(port: 1), .plug(port: 3), .plug(port: 1)],
                [plain, withPort(2), withPort(3), plain]
            ),
            // A second one that comes where a first one was that has moved.
            (
                [.plug(port: 1), .unplug(port: 1), .plug(port: 2), .plug(port: 1), .unplug(port: 2), .plug(port: 2)],
                [plain, plain, withPort(1), plain]
            ),
            // Other serial numbers are other scanners.
            (
                [.plug(port: 1), .plug(port: 2, serial: "9F4"), .plug(port: 3, serial: "000000")],
                [plain, "0c2e:0204:9F4", "0c2e:0204@pci-0000:00:14.0-usb-0:3"]
            ),
        ] as [([Step], [String])])
    func table(_ row: ([Step], [String])) {
        #expect(Self.ids(row.0) == row.1)
    }

    @Test("the nodes of one scanner have one id, and one of them that goes changes nothing")
    func composite() {
        var ids = ScannerIDs()
        let keyboard = device(event: 5, serial: "9F3", path: "pci-0000:00:14.0-usb-0:1:1.0")
        let consumer = device(event: 6, serial: "9F3", path: "pci-0000:00:14.0-usb-0:1:1.1")
        #expect(ids.arrived(keyboard) == Self.plain)
        #expect(ids.arrived(consumer) == Self.plain)
        ids.left(consumer)
        #expect(ids.arrived(Self.scanner(2, "9F3", event: 7)) == Self.withPort(2))
        #expect(ids.arrived(consumer) == Self.plain)
    }

    @Test("without a port the serial number has to do")
    func noPort() {
        var ids = ScannerIDs()
        let nodes = [5, 6].map { device(event: $0, serial: "dc:2c:26:01:02:03", path: "") }
        #expect(nodes.map { ids.arrived($0) } == Array(repeating: "0c2e:0204:dc:2c:26:01:02:03", count: 2))
    }

    @Test(
        "no order of plugging and unplugging gives two ports one id, or one port two while it is shared",
        arguments: 0..<200)
    func random(_ seed: Int) {
        var generator = SeededGenerator(state: UInt64(seed) &+ 1)
        var ids = ScannerIDs()
        var present: [Int: (DeviceDescription, String)] = [:]
        var sharedIDs: [Int: String] = [:]
        for event in 0..<60 {
            let port = Int.random(in: 1...4, using: &generator)
            if let (scanner, _) = present.removeValue(forKey: port) {
                ids.left(scanner)
                continue
            }
            let scanner = Self.scanner(port, "9F3", event: event)
            let id = ids.arrived(scanner)
            present[port] = (scanner, id)
            #expect(Set(present.values.map(\.1)).count == present.count)
            if present.count > 1 || !sharedIDs.isEmpty {
                for (port, entry) in present {
                    #expect(sharedIDs.updateValue(entry.1, forKey: port) ?? entry.1 == entry.1)
                }
            }
        }
    }

    @Test("serial numbers without end are forgotten, not piled up; those that are there are not")
    func bounded() {
        var ids = ScannerIDs()
        let stays = Self.scanner(1, "9F3", event: 1)
        _ = ids.arrived(stays)
        for number in 0..<5000 {
            let scanner = Self.scanner(3, "K\(number)Z", event: 2)
            _ = ids.arrived(scanner)
            ids.left(scanner)
        }
        #expect(ids.count <= 1024)
        #expect(ids.arrived(Self.scanner(2, "9F3", event: 3)) == Self.withPort(2))
    }
}
