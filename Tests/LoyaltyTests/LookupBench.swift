import EventLoop
import SystemCalls
import Testing

@testable import Loyalty

/// A lookup on a loop that runs only while a test waits for answers.
final class LookupBench {
    static let token = "12|Secr+tTokenOf48Letters"

    let loop: EventLoop
    let lookup: MemberLookup
    let directory: TemporaryDirectory
    private(set) var settings: EndpointSettings

    init(_ url: String, timeoutMilliseconds: Int = 20_000, _ change: (inout EndpointSettings) -> Void = { _ in }) throws
    {
        loop = try EventLoop()
        directory = try TemporaryDirectory(named: "scanbridge-loyalty")
        try directory.write(" \(Self.token)\n", to: "token")
        var settings = EndpointSettings(
            account: "my-shop_1.x", tokenFile: "\(directory.path)/token", memberURL: url,
            timeoutMilliseconds: timeoutMilliseconds, locale: "es")
        change(&settings)
        self.settings = settings
        lookup = try MemberLookup(
            settings: settings, mapping: MappingSettings(), loop: loop, userAgent: "scanbridge/test")
    }

    deinit { lookup.stop() }

    func ask(_ id: String) throws -> LookupAnswer { try #require(try ask([id]).first) }

    /// Asks for all at once and runs the loop until all are answered.
    func ask(_ ids: [String], meanwhile: () throws -> Void = {}) throws -> [LookupAnswer] {
        loop.adoptCurrentThread()
        var answers: [LookupAnswer?] = Array(repeating: nil, count: ids.count)
        var open = ids.count
        var isRunning = false
        for (index, id) in ids.enumerated() {
            lookup.lookUp(id, scannedAt: .now()) { [loop] answer in
                #expect(answers[index] == nil, "\(id) is answered twice")
                answers[index] = answer
                open -= 1
                if open == 0, isRunning { loop.stop() }
            }
        }
        try meanwhile()
        isRunning = true
        if open > 0 { try run() }
        return try answers.map { try #require($0, "no answer") }
    }

    /// Runs the loop until somebody stops it, but not for ever.
    private func run() throws {
        let guardian = loop.schedule(at: MonotonicTime.now().adding(milliseconds: 60_000)) { [loop] in loop.stop() }
        try loop.run()
        loop.cancel(guardian)
    }
}
