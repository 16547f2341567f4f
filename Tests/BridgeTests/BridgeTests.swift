import DemoShop
import FoundationEssentials
import JSON
import Keystrokes
import LoopTesting
import Loyalty
import Routing
import ScanbridgeClient
import Testing

import struct ListenerProtocol.JournalRecord

@testable import Bridge

@Suite("Bridge: the whole path of a scan")
struct BridgeTests {
    private func scans(_ events: [Event]) -> [String] {
        events.compactMap { if case .scan(let scan) = $0.kind { scan.code } else { nil } }
    }

    private func members(_ events: [Event]) -> [ScanbridgeClient.MemberLookup] {
        events.compactMap { if case .member(let member) = $0.kind { member } else { nil } }
    }

    @Test("two listeners get the code, then name and balance, or that there is no such member")
    func wholePath() async throws {
        let endpoint = try DemoEndpoint()
        let till = try Till(memberURL: Till.url(port: endpoint.port))
        try await till.start(typing: ["0012345678", "99999999"])
        let journals = [try till.listen(), try till.listen()]
        for journal in journals {
            let events = await journal.wait { members($0).count == 2 }
            #expect(scans(events) == ["0012345678", "99999999"])
            let answers = members(events).sorted { $0.code < $1.code }
            #expect(answers.map(\.status) == ["found", "not_found"])
            #expect(answers.first?.member?.name == "Marcos Gómez")
            #expect(answers.first?.member?.balance == 257)
            let seqs = events.map(\.seq)
            #expect(seqs == seqs.sorted())
        }
        try await till.stop()
        endpoint.stop()
    }

    @Test("a run that continues another has its instance and numbers, and a listener resumes over it without a hole")
    func continuedRun() async throws {
        let endpoint = try DemoEndpoint()
        let url = Till.url(port: endpoint.port)
        let till = try Till(memberURL: url)
        try await till.start(typing: ["0012345678", "99999999"], unfinished: "123")
        let before = await (try till.listen()).wait { members($0).count == 2 }
        let record = try #require(try await till.stop())
        let last = try #require(before.last)

        let read = try #require(JournalRecord(record.bytes))
        let next = try Till(memberURL: url, continuing: read)
        try await next.start(typing: ["0012345678"])
        var connection = try Connection(socketPath: next.socket)
        #expect(connection.hello.instance == record.instance)
        try connection.subscribe(since: last.seq, instance: record.instance)
        var events: [Event] = []
        while members(events).isEmpty, let event = try connection.nextEvent() { events.append(event) }
        // First the snapshot, then what the first run said at its end: the scanner was let go.
        let live = events.dropFirst()
        let numbers: [UInt64] = live.map(\.seq)
        #expect(numbers == numbers.indices.map { last.seq + UInt64($0) + 1 })
        #expect(scans(events) == ["0012345678"])
        let all: [Event] = before + events
        // The code under way was damaged by the stop, or by the pause before it.
        #expect(all.count { if case .scanDamaged = $0.kind { true } else { false } } == 1)
        let ids: [String] = all.compactMap { if case .scan(let scan) = $0.kind { scan.id } else { nil } }
        #expect(Set(ids).count == 3)
        try await next.stop()
        endpoint.stop()
    }

    @Test("an endpoint that hangs holds no scan back, and each lookup ends once, by its deadline")
    func hangingEndpoint() async throws {
        let endpoint = try SilentEndpoint()
        let till = try Till(memberURL: Till.url(port: endpoint.port), timeoutMilliseconds: 1000)
        // Numbers of in-store use, since a product is not looked up.
        let codes = (0..<40).map { "\(20_000_000 + $0)" }
        try await till.start(typing: codes)
        let journal = try till.listen()
        let events = await journal.wait { members($0).count >= codes.count }
        #expect(scans(events) == codes)
        let answers = members(events)
        #expect(answers.map(\.code).sorted() == codes)
        for answer in answers {
            #expect(answer.status == "unavailable" && answer.milliseconds >= 990, "\(answer.milliseconds) ms")
        }
        #expect(Set(answers.map(\.scan)).count == codes.count)
        // A scan's event stands before every answer that came later: none waited for one.
        let firstAnswer = events.firstIndex { if case .member = $0.kind { true } else { false } }
        let lastScan = events.lastIndex { if case .scan = $0.kind { true } else { false } }
        #expect((firstAnswer ?? 0) > 10 && lastScan != nil)
        try await till.stop()
    }

    @Test("a route decides what is looked up, and gives the id")
    func routes() async throws {
        let endpoint = try DemoEndpoint()
        let till = try Till(
            memberURL: Till.url(port: endpoint.port),
            routes: [("card", "^77-(?<id>[0-9]{10})$", true, .never), ("other", "", false, .never)])
        try await till.start(typing: ["77-0012345678", "4006381333931"])
        let journal = try till.listen()
        let events = await journal.wait { scans($0).count == 2 && members($0).count == 1 }
        let routes = events.compactMap {
            if case .scan(let scan) = $0.kind { "\(scan.route ?? "-") \(scan.lookup)" } else { nil }
        }
        #expect(routes == ["card true", "other false"])
        #expect(members(events).first?.member?.name == "Marcos Gómez")
        #expect(members(events).first?.code == "77-0012345678")
        try await till.stop()
        endpoint.stop()
    }

    @Test("without an endpoint codes are told and nothing is looked up")
    func noEndpoint() async throws {
        let till = try Till(memberURL: nil, routes: [("all", "", false, .never)])
        try await till.start(typing: ["1234"])
        let journal = try till.listen()
        let events = await journal.wait { scans($0).count == 1 }
        #expect(scans(events) == ["1234"])
        var connection = try Connection(socketPath: till.socket)
        #expect(try connection.lookUp("1234").status == "misconfigured")
        try await till.stop()
    }

    @Test("status and lookup answer a listener")
    func methods() async throws {
        let endpoint = try DemoEndpoint()
        let till = try Till(memberURL: Till.url(port: endpoint.port))
        try await till.start(typing: ["0012345678"])
        let journal = try till.listen()
        _ = await journal.wait { members($0).count == 1 }
        var connection = try Connection(socketPath: till.socket)
        let answer = try connection.lookUp("OW-00412277")
        #expect(answer.member?.balance == 1250)
        let status = try connection.status()
        #expect(status["counters"]?["scans"]?.integer == 1)
        #expect(status["counters"]?["lookups"]?["found"]?.integer == 2)
        #expect(status["endpoint"]?["state"]?.string == "ok")
        #expect(status["scanners"]?.array?.first?["state"]?.string == "connected")
        #expect(status["listeners"]?["connected"]?.integer == 2)
        try await till.stop()
        endpoint.stop()
    }

    @Test("a stop in mid-scan damages the scan and tells so")
    func stopInMidScan() async throws {
        let till = try Till(memberURL: nil, routes: [("all", "", false, .never)])
        try await till.start(typing: ["12"], unfinished: "34567890123456789012345678901234567890")
        let journal = try till.listen()
        _ = await journal.wait { scans($0).count == 1 }
        try await Task.sleep(for: .milliseconds(20))
        try await till.stop()
        let events = await journal.wait { events in
            events.contains { if case .scanDamaged = $0.kind { true } else { false } }
        }
        #expect(scans(events) == ["12"])
    }

    @Test("a reload changes the routes, and one that cannot be used changes nothing")
    func reload() async throws {
        let endpoint = try DemoEndpoint()
        let till = try Till(memberURL: Till.url(port: endpoint.port))
        try await till.start(typing: [])
        let (bridge, directory) = (till.bridge, till.directory)
        let url = Till.url(port: endpoint.port)
        try await till.thread { _ in
            let layouts = ["us": try Layout(named: "us")]
            let good = Till.configuration(directory, url, 2000, [("none", "", false, .never)])
            try bridge.assumeIsolated { bridge throws in try bridge.reload(good, layouts: layouts) }
            let bad = Till.configuration(directory, url, 2000, [("bad", "(", true, .never)])
            #expect(throws: BridgeError.self) {
                try bridge.assumeIsolated { bridge throws in try bridge.reload(bad, layouts: layouts) }
            }
        }
        try await till.stop()
        endpoint.stop()
    }
}
