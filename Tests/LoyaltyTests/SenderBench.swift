import EventLoop
import SystemCalls
import Testing

@testable import Loyalty

/// A sender on a loop that runs only while a test waits for ends.
final class SenderBench {
    let loop: EventLoop
    let directory: TemporaryDirectory
    private(set) var settings: EndpointSettings
    private(set) var sender: InvoiceSender?
    private var ends: [UInt64: InvoiceSender.End] = [:]
    private var last: UInt64 = 0

    init(_ url: String, _ change: (inout EndpointSettings) -> Void = { _ in }) throws {
        loop = try EventLoop()
        directory = try TemporaryDirectory(named: "scanbridge-loyalty")
        try directory.write(" \(LookupBench.token)\n", to: "token")
        settings = EndpointSettings(
            account: "my-shop_1.x", tokenFile: "\(directory.path)/token", purchaseURL: url, locale: "es")
        change(&settings)
        sender = try InvoiceSender(settings: settings, loop: loop, userAgent: "scanbridge/test") {
            [unowned self] attempt, end in
            #expect(ends.updateValue(end, forKey: attempt) == nil, "\(attempt) has ended twice")
            loop.stop()
        }
    }

    deinit { sender?.stop() }

    func start(_ invoice: [UInt8] = Array("{}".utf8), key: String = "k", timeoutMilliseconds: Int = 20_000) -> UInt64 {
        last += 1
        sender?.send(last, invoice, key: key, timeoutMilliseconds: timeoutMilliseconds)
        return last
    }

    func send(
        _ invoice: [UInt8] = Array("{}".utf8), key: String = "k", timeoutMilliseconds: Int = 20_000
    ) throws -> InvoiceSender.End {
        try end(of: start(invoice, key: key, timeoutMilliseconds: timeoutMilliseconds))
    }

    /// Runs the loop until this one has ended, but not for ever.
    func end(of attempt: UInt64) throws -> InvoiceSender.End {
        loop.adoptCurrentThread()
        var isLate = false
        let guardian = loop.schedule(at: MonotonicTime.now().adding(milliseconds: 60_000)) { [loop] in
            isLate = true
            loop.stop()
        }
        while ends[attempt] == nil, !isLate { try loop.run() }
        loop.cancel(guardian)
        return try #require(ends[attempt], "no end")
    }

    /// Runs the loop for a moment, in which nothing is to end.
    func rest(milliseconds: Int) throws {
        loop.adoptCurrentThread()
        _ = loop.schedule(at: MonotonicTime.now().adding(milliseconds: milliseconds)) { [loop] in loop.stop() }
        try loop.run()
    }

    var endCount: Int { ends.count }
}
