import ArgumentParser
import Glibc
import Keystrokes
import Scanners
import SystemCalls
import TextChecks

/// The events of one scan, and the device that they are of, if it is known.
struct CardScan {
    var events: [InputEvent]
    var device: DeviceDescription?
}

/// Takes scanners for this program alone and waits for one of them to type.
struct CardCollector {
    private let scanners: [(device: DeviceDescription, recorder: EventRecorder)]

    /// How long somebody has to find the card.
    private static let patienceMilliseconds = 60_000
    /// Scanners pause up to 990 ms in mid-code.
    private static let pauseMilliseconds = 1200
    /// More events than the longest code has.
    private static let maximumEvents = 100_000

    /// Opens and grabs `devices`. Says which cannot be had; if none can, that ends the command.
    init(devices: [DeviceDescription]) throws {
        var scanners: [(DeviceDescription, EventRecorder)] = []
        var status: ExitStatus?
        for device in devices {
            do {
                scanners.append((device, try EventRecorder(node: device.node, grabbing: true)))
            } catch {
                let advice =
                    switch error.errno {
                    case EBUSY:
                        "; another program holds it, the service most likely: systemctl stop scanbridge, and start it "
                            + "again afterwards"
                    case EACCES, EPERM: "; \(Blockage.permission.advice)"
                    default: ""
                    }
                Output.error("\(device.node): \(error)\(advice)")
                status = status ?? ExitStatus(error)
            }
        }
        if scanners.isEmpty { throw ExitCode((status ?? .unavailable).rawValue) }
        self.scanners = scanners
    }

    /// Waits for a key, then until the scanner pauses.
    func collect() throws -> CardScan {
        let names = scanners.map { "\($0.device.name.printable) at \($0.device.node)" }.joined(separator: ", ")
        Output.error(
            "scan the test card (/usr/share/doc/scanbridge/test-card.pdf) now, with \(names); waiting \(Self.patienceMilliseconds / 1000) s"
        )
        var deadline = MonotonicTime.now().adding(milliseconds: Self.patienceMilliseconds)
        var events: [InputEvent] = []
        var scanner: (device: DeviceDescription, recorder: EventRecorder)?
        while MonotonicTime.now() < deadline, events.count < Self.maximumEvents {
            let open = (scanner.map { [$0] } ?? scanners).filter { !$0.recorder.isGone }
            if open.isEmpty {
                if scanner != nil { break }
                throw ExitStatus.unavailable.failure("the scanner is gone")
            }
            try reportingErrors { try EventRecorder.wait(for: open.map(\.recorder), until: deadline) }
            for candidate in open {
                let read = try reportingErrors(candidate.device.node) { try candidate.recorder.read() } ?? []
                guard !read.isEmpty, scanner != nil || read.contains(where: \.isOfScan) else { continue }
                scanner = candidate
                events += read
                deadline = .now().adding(milliseconds: Self.pauseMilliseconds)
                break
            }
        }
        guard let scanner else {
            throw ExitStatus.unavailable.failure("nothing was scanned; is the scanner in keyboard mode?")
        }
        return CardScan(events: events, device: scanner.device)
    }
}

extension InputEvent {
    /// A key went down, or the kernel says that it dropped events.
    fileprivate var isOfScan: Bool {
        (type == EventCode.key && value == 1) || (type == EventCode.synchronization && code == EventCode.synDropped)
    }
}
