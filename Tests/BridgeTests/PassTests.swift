import DemoShop
import Glibc
import JSON
import Keystrokes
import LoopTesting
import Routing
import ScanbridgeClient
import Testing

@testable import Bridge

/// What reaches the till, and what listeners hear of it.
@Suite("Bridge: codes that are typed on")
struct PassTests {
    /// A code's keys as the till's keyboard gets them: digits and `-`, and Enter.
    private func typed(_ code: String) -> String {
        let keys = code.utf8.map { $0 == 0x2D ? 12 : $0 == 0x30 ? 11 : Int($0) - 0x2F } + [28]
        return keys.map { "\($0)+ | \($0)- |" }.joined(separator: " ")
    }

    /// Waits for a key that goes up as often as codes are to come.
    private func atTill(_ till: Till, codes: Int) async -> String {
        await till.keyboard.journal.wait { $0.count { $0 == "28-" } >= codes && $0.last == "|" }.joined(separator: " ")
    }

    /// `CODE passed`, `CODE REASON` and, of a pass event, `-> passed` or `-> REASON`.
    private func fates(_ events: [Event]) -> [String] {
        events.compactMap { event in
            switch event.kind {
            case .scan(let scan): "\(scan.code) \(scan.passed ? "passed" : scan.reason ?? "kept")"
            case .pass(let pass): "-> \(pass.passed ? "passed" : pass.reason ?? "kept")"
            default: nil
            }
        }
    }

    @Test("with no route, products and unknown codes are typed and members' cards are not")
    func mixedTill() async throws {
        let endpoint = try DemoEndpoint()
        let till = try Till(memberURL: Till.url(port: endpoint.port))
        try await till.start(typing: ["0012345678", "4006381333931", "77"])
        let journal = try till.listen()
        let events = await journal.wait { fates($0).count == 5 }
        #expect(
            Set(fates(events)) == [
                "0012345678 waiting", "-> member", "4006381333931 passed", "77 waiting", "-> passed",
            ])
        #expect(await atTill(till, codes: 2) == typed("4006381333931") + " " + typed("77"))
        var connection = try Connection(socketPath: till.socket)
        #expect(try connection.status()["counters"]?["passed"]?.integer == 2)
        try await till.stop()
        endpoint.stop()
    }

    @Test("what waits holds nothing back, and is dropped when its time is over")
    func waiting() async throws {
        let endpoint = try SilentEndpoint()
        let till = try Till(memberURL: Till.url(port: endpoint.port), waitMilliseconds: 300)
        try await till.start(typing: ["1234", "4006381333931", "96385074"])
        let journal = try till.listen()
        #expect(await atTill(till, codes: 2) == typed("4006381333931") + " " + typed("96385074"))
        let events = await journal.wait { fates($0).count == 4 }
        #expect(fates(events) == ["1234 waiting", "4006381333931 passed", "96385074 passed", "-> late"])
        try await till.stop()
    }

    @Test("an endpoint that cannot be asked keeps unknown codes from the till, and no product")
    func unreachableEndpoint() async throws {
        // Nobody listens on the port of an endpoint that is gone.
        let endpoint = try DemoEndpoint()
        let url = Till.url(port: endpoint.port)
        endpoint.stop()
        let till = try Till(memberURL: url, timeoutMilliseconds: 300)
        try await till.start(typing: ["1234", "4006381333931"])
        let journal = try till.listen()
        let events = await journal.wait { fates($0).count == 3 }
        #expect(Set(fates(events)) == ["1234 waiting", "4006381333931 passed", "-> unanswered"])
        #expect(await atTill(till, codes: 1) == typed("4006381333931"))
        try await till.stop()
    }

    @Test("a route's word is law")
    func routes() async throws {
        let till = try Till(memberURL: nil, routes: [("kept", "^1", false, .never), ("all", "", false, .always)])
        try await till.start(typing: ["12", "4006381333931"])
        let journal = try till.listen()
        let events = await journal.wait { fates($0).count == 2 }
        #expect(fates(events) == ["12 kept", "4006381333931 passed"])
        #expect(await atTill(till, codes: 1) == typed("4006381333931"))
        try await till.stop()
    }

    @Test("keys that no route can be a member's with any more are typed before the code's end")
    func flows() async throws {
        let till = try Till(
            memberURL: nil, routes: [("kept", "^1[0-9]{7}$", false, .never), ("all", "", false, .always)])
        try await till.start(typing: ["12345678"], unfinished: "234")
        let journal = try till.listen()
        // Typed on and released: the code has no end yet, and its first keys are at the till.
        let keys = await till.keyboard.journal.wait { $0.contains("5-") }
        #expect(keys.joined(separator: " ").hasPrefix("3+ | 3- | 4+ | 4- | 5+ | 5-"))
        // Then a pause cuts it off, since this scanner's codes were seen to end with Enter.
        let events = await journal.wait { events in
            events.contains { if case .scanDamaged = $0.kind { true } else { false } }
        }
        #expect(fates(events) == ["12345678 kept"])
        #expect(!till.keyboard.journal.entries.contains("28+"))
        try await till.stop()
    }

    @Test("a flow ends with its code, which is passed")
    func flowEnds() async throws {
        let till = try Till(memberURL: nil, routes: [("kept", "^1", false, .never), ("all", "", false, .always)])
        try await till.start(typing: ["4006381333931", "12", "2345"])
        let journal = try till.listen()
        let events = await journal.wait { fates($0).count == 3 }
        #expect(fates(events) == ["4006381333931 passed", "12 kept", "2345 passed"])
        #expect(await atTill(till, codes: 2) == typed("4006381333931") + " " + typed("2345"))
        try await till.stop()
    }

    @Test("a keyboard that is gone is told, and made again")
    func keyboardFails() async throws {
        let till = try Till(memberURL: nil, routes: [("all", "", false, .always)])
        till.keyboard.fail(EIO)
        try await till.start(typing: ["4006381333931"])
        let journal = try till.listen()
        let events = await journal.wait { fates($0).count == 1 }
        #expect(fates(events) == ["4006381333931 no_virtual_keyboard"])
        #expect(till.keyboard.journal.entries.isEmpty)
        try await till.stop()
    }
}
