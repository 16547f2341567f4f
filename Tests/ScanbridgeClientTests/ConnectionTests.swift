import FoundationEssentials
import Glibc
import JSON
import ListenerProtocol
import LoopTesting
import SystemCalls
import Testing

@testable import ScanbridgeClient

@Suite struct ConnectionTests {
    @Test func asksAndIsAnswered() throws {
        let path = try temporaryPath()
        let service = try Service(path: path)
        defer { service.stop() }
        var connection = try Connection(socketPath: path)
        #expect(connection.hello.server == "scanbridge/test")
        #expect(connection.hello.instance == "i1")
        let ping = try connection.request("ping")
        #expect(ping["seq"] == 0)
        let status = try connection.status()
        #expect(status == ["scanners": []])
        let lookup = try connection.lookUp("card")
        #expect(lookup.status == "found")
        #expect(lookup.code == "card")
        #expect(lookup.scan == nil)
        #expect(lookup.milliseconds == 12)
        #expect(lookup.cachedMilliseconds == 3)
        #expect(lookup.member?.name == "Marcos Gómez")
        #expect(lookup.member?.balance == Decimal(35.5))
        #expect(lookup.member?.displayText == "Hola Marcos Gómez")
        #expect(lookup.member?.rewards == [["Id": 7]])
    }

    @Test func decodesEachEvent() throws {
        let path = try temporaryPath()
        let service = try Service(path: path)
        defer { service.stop() }
        var connection = try Connection(socketPath: path)
        try connection.subscribe()
        guard let first = try connection.nextEvent(timeoutMilliseconds: 10_000),
            case .snapshot(let snapshot) = first.kind
        else {
            Issue.record("no snapshot")
            return
        }
        #expect(snapshot.endpoint == ["state": "ok"])
        #expect(snapshot.scanners.map(\.state) == ["blocked"])
        #expect(snapshot.scanners.map(\.reason) == ["busy"])

        let info = ScannerInfo(id: "s2", name: "Other", vendor: "05e0", product: "1200", serial: "7", port: nil)
        let outcome = LookupOutcome(status: "not_found", lookupMilliseconds: 90)
        service.publish(
            .scanner(info, .connected),
            .scan(
                ScanEvent(
                    scanID: "x", scannerID: "s2", code: "a\u{1D}b", symbology: "ean13", aim: "]E0", route: "card",
                    lookup: true, refusal: .waiting)),
            .scanDamaged(DamagedScanEvent(scanID: "y", scannerID: "s2", reason: .tooLong)),
            .member(MemberEvent(scanID: "x", scannerID: "s2", code: "a", outcome: outcome)),
            .pass(PassEvent(scanID: "x", scannerID: "s2", refusal: nil)),
            .pass(PassEvent(scanID: "z", scannerID: "s2", refusal: .late)))
        // Events in front of a reply are kept.
        let seq = try connection.request("ping")["seq"]?.integer ?? 0
        #expect(seq >= 0)
        var events: [ScanbridgeClient.Event] = []
        for _ in 0..<6 {
            if let event = try connection.nextEvent(timeoutMilliseconds: 10_000) { events.append(event) }
        }
        #expect(events.map(\.seq) == [1, 2, 3, 4, 5, 6])
        #expect(events.allSatisfy { $0.time.hasSuffix("Z") })
        #expect(
            events.map(\.kind) == [
                .scanner(
                    Scanner(
                        id: "s2", name: "Other", vendor: "05e0", product: "1200", serial: "7", port: nil,
                        state: "connected", reason: nil)),
                .scan(
                    Scan(
                        id: "x", scanner: "s2", code: "a\u{1D}b", symbology: "ean13", isSymbologyGuessed: false,
                        aim: "]E0", route: "card",
                        lookup: true, passed: false, reason: "waiting")),
                .scanDamaged(DamagedScan(id: "y", scanner: "s2", reason: "too_long")),
                .member(
                    MemberLookup(
                        scan: "x", scanner: "s2", code: "a", status: "not_found", member: nil, milliseconds: 90,
                        cachedMilliseconds: nil)),
                .pass(Pass(scan: "x", scanner: "s2", passed: true, reason: nil)),
                .pass(Pass(scan: "z", scanner: "s2", passed: false, reason: "late")),
            ])
    }

    @Test(arguments: [
        ("{\"type\":\"gap\",\"seq\":5,\"time\":\"t\",\"from\":2,\"to\":5}", Event.Kind.gap(from: 2, to: 5)),
        ("{\"type\":\"lagged\",\"seq\":1,\"from\":2,\"to\":5}", .lagged(from: 2, to: 5)),
        ("{\"type\":\"later\",\"seq\":1,\"sale\":{}}", .other(type: "later")),
        (
            "{\"type\":\"scan\",\"seq\":1,\"new\":[1]}",
            .scan(
                Scan(
                    id: "", scanner: "", code: "", symbology: nil, isSymbologyGuessed: false, aim: nil, route: nil,
                    lookup: false,
                    passed: false))
        ),
    ])
    func toleratesOtherVersions(line: String, kind: ScanbridgeClient.Event.Kind) throws {
        let event = try Event(line: Array(line.utf8))
        #expect(event.kind == kind)
        #expect(event.line == Array(line.utf8))
    }

    @Test(arguments: ["", "7", "{}", "{\"type\":\"scan\"}", "{\"type\":\"scan\",\"seq\":-1}", "{\"seq\":1}"])
    func refusesWhatIsNoEvent(line: String) {
        #expect(throws: ClientError.self) { try Event(line: Array(line.utf8)) }
    }

    private func code(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return (error as? ClientError)?.code
        }
    }

    @Test func errorsHaveStableCodes() throws {
        let path = try temporaryPath()
        #expect(code { _ = try Connection(socketPath: path) } == "not_running")
        #expect(code { _ = try Connection(socketPath: String(repeating: "x", count: 108)) } == "failed")
        let service = try Service(path: path)
        var connection = try Connection(socketPath: path)
        #expect(code { _ = try connection.request("nope") } == "unknown_method")
        #expect(code { try connection.subscribe(types: ["sacn"]) } == "bad_request")
        #expect(code { try connection.subscribe() } == nil)
        #expect(code { _ = try connection.nextEvent(timeoutMilliseconds: 10_000) } == nil)
        #expect(code { _ = try connection.nextEvent(timeoutMilliseconds: 1) } == "timed_out")
        service.stop()
        let event = try connection.nextEvent(timeoutMilliseconds: 10_000)
        #expect(event == nil)
        #expect(code { _ = try connection.request("ping") } == "disconnected")
        #expect(code { _ = try Connection(socketPath: path) } == "not_running")
    }
}
