import EventLoop
import FoundationEssentials
import Glibc
import JSON
import ListenerProtocol
import ListenerSocket
import Logging
import LoopTesting
import Synchronization
import SystemCalls
import Testing

/// The real server on a loop of its own thread; every lookup finds a member.
// @unchecked: `server` is set before the thread starts and touched on the loop's thread only after that.
final class Service: @unchecked Sendable {
    private let loop: EventLoop
    private var server: ListenerServer?
    private let hasEnded = Atomic<Bool>(false)

    init(path: String, instance: String = "i1") throws {
        loop = try EventLoop()
        let member = ListenerProtocol.Member(
            id: "m1", name: "Marcos Gómez", balance: Decimal(35.5), displayText: "Hola Marcos Gómez",
            rewards: [["Id": 7]])
        let handlers = ListenerHandlers(
            status: { ["scanners": []] },
            scanners: {
                [
                    ScannerStatus(
                        scanner: ScannerInfo(
                            id: "s1", name: "Scanner", vendor: "0c2e", product: "0204", serial: nil, port: "usb-1"),
                        state: .blocked(reason: "busy"))
                ]
            },
            endpoint: { ["state": "ok"] },
            lookup: { [unowned self] _, ticket in
                server?.answer(
                    ticket,
                    with: LookupOutcome(
                        status: "found", member: member, lookupMilliseconds: 12, source: .cache(ageMilliseconds: 3)))
            },
            purchase: { [unowned self] _, ticket in
                server?.answer(
                    ticket,
                    with: .fields { writer in
                        writer.key("status")
                        writer.value("queued")
                        writer.key("purchase")
                        writer.value(Int64(7))
                        writer.key("sale")
                        writer.value("T-1")
                    })
            },
            purchases: { [unowned self] _, _, ticket in
                server?.answer(ticket, with: .error(RequestError(.notFound, "there is none")))
            })
        server = try ListenerServer(
            settings: SocketSettings(path: path, group: ""), loop: loop, instance: instance, server: "scanbridge/test",
            handlers: handlers, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try startThread(named: "service") { [self] in
            do { try loop.run() } catch { Issue.record(error) }
            hasEnded.store(true, ordering: .releasing)
        }
    }

    func publish(_ events: ListenerProtocol.Event...) {
        loop.post { [self] in
            for event in events { server?.publish(event) }
        }
    }

    func publish(_ numbers: ClosedRange<Int>) {
        loop.post { [self] in
            for number in numbers {
                server?.publish(
                    .scan(ScanEvent(scanID: "x\(number)", scannerID: "s1", code: "code \(number)", lookup: false)))
            }
        }
    }

    func stop() {
        loop.post { [self] in
            server?.stop()
            server = nil
            loop.stop()
        }
        while !hasEnded.load(ordering: .acquiring) { usleep(1000) }
    }
}
