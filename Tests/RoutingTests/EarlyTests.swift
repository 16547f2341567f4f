import Keystrokes
import SeededNumbers
import Testing

@testable import Routing

@Suite("Decisions before a code is complete")
struct EarlyTests {
    /// The length of the shortest beginning that decides; nil if none does.
    private func deciding(
        _ code: String, aim: String? = nil, scanner: String = "s", of routes: [Route]
    ) throws -> Int? {
        let router = try Router(routes: routes)
        let scan = try scan(code, aim: aim)
        return (0...scan.code.count).first { router.passesEarly(scan.code[..<$0], aim: scan.aim, scanner: scanner) }
    }

    private static let card = Route(name: "card", pattern: "^OW-[0-9]{8}$")
    private static let inStore = Route(name: "in-store", pattern: "^(?:2[0-9]|0[24])[0-9]{11}$", pass: .notFound)
    private static let rest = Route(name: "rest", lookup: false, pass: .always)

    @Test("what excludes all routes in front of the one that passes all decides")
    func excluded() throws {
        let routes = [Self.card, Self.inStore, Self.rest]
        #expect(try deciding("8410297112041", of: routes) == 1)
        #expect(try deciding("0012345678905", of: routes) == 2)
        #expect(try deciding("0212345678909", of: routes) == nil)
        #expect(try deciding("2A", of: routes) == 2)
        #expect(try deciding("OW-x", of: routes) == 4)
        #expect(try deciding("OW-00412277", of: routes) == nil)
        #expect(try deciding("OW-004122771", of: routes) == 12)
    }

    @Test("a pattern that is certain decides")
    func certain() throws {
        let product = Route(name: "product", pattern: "^(?:84|76)", lookup: false, pass: .always)
        #expect(try deciding("8410297112041", of: [Self.card, product]) == 2)
        #expect(try deciding("8510297112041", of: [Self.card, product]) == nil)
        let whole = Route(name: "product", pattern: "^84[0-9]{11}$", lookup: false, pass: .always)
        #expect(try deciding("8410297112041", of: [whole]) == nil)
    }

    @Test("what cannot decide", arguments: 0..<9)
    func undecided(_ index: Int) throws {
        let rest = Self.rest
        let routes: [[Route]] = [
            [Route(name: "members", pattern: "[0-9]{8}"), rest], [Route(name: "all")],
            [Route(name: "all", pass: .always)], [Route(name: "all", lookup: false)],
            [Route(name: "all", id: [.verifyCheckDigit], lookup: false, pass: .always)],
            [Route(name: "qr", symbologies: ["EAN-13"]), rest],
            [Route(name: "slow", pattern: "^(?:8*)*8*(?:8*)*x"), rest],
            [Route(name: "url", id: [.query("id")]), rest], [],
        ]
        #expect(try deciding("8888888888888888888888888888888888888888888", of: routes[index]) == nil)
    }

    @Test("an identifier decides on symbologies; without one only those that are never guessed are out")
    func symbologies() throws {
        let routes = [Route(name: "qr", symbologies: ["QR Code"]), Self.rest]
        #expect(try deciding("8410297112041", aim: "]E0", of: routes) == 1)
        #expect(try deciding("8410297112041", aim: "]Q1", of: routes) == nil)
        #expect(try deciding("8410297112041", of: routes) == 1)
        let products = [Route(name: "ean", symbologies: ["EAN-13", "EAN-8"], lookup: false, pass: .always)]
        #expect(try deciding("8410297112041", aim: "]E0", of: products) == 1)
        #expect(try deciding("8410297112041", of: products) == nil)
    }

    @Test("the built-in rules decide on what can be no identifier")
    func builtIn() throws {
        #expect(try deciding("https://h", of: []) == 8)
        #expect(try deciding("WWW.h", of: []) == 4)
        #expect(try deciding("WIFI:S:x", of: []) == 5)
        #expect(try deciding("01\u{1D}1", of: []) == 3)
        #expect(try deciding("8410297112041", of: []) == nil)
        #expect(try deciding("https://h", of: [Self.card]) == 8)
        #expect(try deciding("https://h", of: [Route(name: "u", pattern: "^https://h/")]) == nil)
        #expect(try deciding(String(repeating: "7", count: 200), of: []) == nil)
    }

    @Test("whether a scanner has a chance")
    func chance() throws {
        let can = { (routes: [Route], scanner: String) in try Router(routes: routes).canPassEarly(scanner: scanner) }
        #expect(try can([], "s"))
        #expect(try can([Self.card, Self.rest], "s"))
        #expect(try can([Self.card], "s"))
        #expect(try !can([Route(name: "all")], "s"))
        #expect(try !can([Route(name: "m", pattern: "[0-9]"), Self.rest], "s"))
        let other = [Route(name: "all", scanner: "t"), Self.rest]
        #expect(try can(other, "s"))
        #expect(try !can(other, "t"))
    }

    @Test("only the first 64 bytes are looked at, and nothing that is not ASCII is believed")
    func bounds() throws {
        let router = try Router(routes: [Self.card, Self.rest])
        let text = [UInt8](repeating: 0x38, count: 65)
        #expect(router.passesEarly(text[..<64], aim: nil, scanner: "s"))
        #expect(!router.passesEarly(text[...], aim: nil, scanner: "s"))
        #expect(!router.passesEarly([], aim: nil, scanner: "s"))
        let anchored = try Router(routes: [Route(name: "e", pattern: "^O\u{E9}"), Self.rest])
        #expect(!anchored.passesEarly([0x4F, 0xC3], aim: nil, scanner: "s"))
        #expect(!anchored.passesEarly([0x4F, 0xFF], aim: nil, scanner: "s"))
    }

    /// Whatever was passed early would have been passed, and not looked up, when it was complete.
    @Test("no early decision is wrong", arguments: 0..<40)
    func sound(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        var early = 0
        for _ in 0..<150 {
            let count = Int.random(in: 0...5, using: &generator)
            let routes = (0..<count).map { RandomRoutes.route("r\($0)", using: &generator) }
            let router = try Router(routes: routes)
            let scanner = RandomRoutes.scanner(using: &generator)
            let isPossible = router.canPassEarly(scanner: scanner)
            for _ in 0..<20 {
                let (code, aim) = RandomRoutes.code(using: &generator)
                let scan = try scan(code, aim: aim)
                let isEarly = (0...min(scan.code.count, 70)).contains {
                    router.passesEarly(scan.code[..<$0], aim: scan.aim, scanner: scanner)
                }
                guard isEarly else { continue }
                early += 1
                let decision = router.decide(scan, scanner: scanner)
                #expect(
                    decision.pass == .always && decision.memberID == nil && isPossible,
                    "seed \(seed): \(code.debugDescription) \(aim ?? "") \(decision) of \(routes)")
            }
        }
        #expect(early > 100, "seed \(seed): \(early) early decisions")
    }
}
