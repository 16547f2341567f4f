import CLinux
import EventLoop
import FoundationEssentials
import Glibc
import JSON
import ListenerProtocol
import Logging
import LoopTesting
import Synchronization
import SystemCalls
import Testing

@testable import ListenerSocket

/// A server on a loop of its own thread, as the service runs it.
// @unchecked: `server` and `tickets` are touched on the loop's thread only, through `onLoop`, the handlers and the initializer.
final class Service: @unchecked Sendable {
    let path: String
    private let loop: EventLoop
    private var server: ListenerServer?
    private var tickets: [CallTicket] = []
    private let isStopped = Atomic<Bool>(false)
    private let hasEnded = Answer<Void>()

    /// - Parameter descriptor: A listening socket to adopt; otherwise `path` is made.
    init(
        path: String? = nil, group: String = "", mode: mode_t = 0o660, instance: String = "i1",
        limits: ListenerLimits = ListenerLimits(), adopting descriptor: Int32? = nil
    ) throws {
        let path = try path ?? temporaryPath()
        self.path = path
        loop = try EventLoop()
        let handlers = ListenerHandlers(
            status: { [unowned self] in ["waiting": .number(.init(tickets.count))] },
            scanners: { [] }, endpoint: { ["state": "ok"] },
            lookup: { [unowned self] member, ticket in
                if member == "at once" {
                    server?.answer(ticket, with: LookupOutcome(status: "not_found", lookupMilliseconds: 0))
                } else {
                    tickets.append(ticket)
                }
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
        var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .trace
        if let descriptor {
            server = try ListenerServer(
                adopting: Descriptor(owning: descriptor), loop: loop, instance: instance, server: "scanbridge/test",
                handlers: handlers, logger: logger, limits: limits)
        } else {
            server = try ListenerServer(
                settings: SocketSettings(path: path, group: group, mode: mode), loop: loop, instance: instance,
                server: "scanbridge/test", handlers: handlers, logger: logger, limits: limits)
        }
        try startThread(named: "service") { [loop, hasEnded] in
            do { try loop.run() } catch { Issue.record(error) }
            hasEnded.set(())
        }
    }

    /// Calls `body` on the loop's thread and waits for it.
    func onLoop<Result: Sendable>(_ body: @escaping @Sendable (ListenerServer) -> Result) -> Result? {
        let answer = Answer<Result>()
        loop.post { [self] in answer.set(server.map(body)) }
        return answer.wait()
    }

    func publish(_ codes: some Sequence<String> & Sendable) {
        _ = onLoop { server in
            for code in codes {
                server.publish(
                    .scan(ScanEvent(scanID: "x\(code)", scannerID: "s", code: code, lookup: false)))
            }
        }
    }

    func answerLookups(_ status: String) {
        _ = onLoop { [self] server in
            for ticket in tickets { server.answer(ticket, with: LookupOutcome(status: status, lookupMilliseconds: 1)) }
            tickets = []
        }
    }

    var statistics: ListenerStatistics { onLoop { $0.statistics } ?? ListenerStatistics() }

    /// Waits until the server's state is as the test needs it; records an issue if it never is.
    func wait(for what: String, _ condition: (ListenerStatistics) -> Bool) {
        for _ in 0..<2000 {
            if condition(statistics) { return }
            usleep(10_000)
        }
        Issue.record("waited in vain for \(what)")
    }

    func stop() {
        guard !isStopped.exchange(true, ordering: .relaxed) else { return }
        _ = onLoop { [self] server in
            server.stop()
            self.server = nil
        }
        loop.stop()
        _ = hasEnded.wait()
    }
}

/// A value that one thread waits for and another one sets.
final class Answer<Value: Sendable>: Sendable {
    private let value = Mutex<(isSet: Bool, value: Value?)>((false, nil))

    func set(_ value: Value?) {
        self.value.withLock { $0 = (true, value) }
    }

    func wait() -> Value? {
        while true {
            let (isSet, value) = value.withLock { $0 }
            if isSet { return value }
            usleep(200)
        }
    }
}
