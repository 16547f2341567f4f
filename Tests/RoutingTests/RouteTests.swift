import Keystrokes
import Patterns
import Testing

@testable import Routing

@Suite("Routes: conditions, ids and bounds")
struct RouteTests {
    @Test("the first route that matches decides, else a built-in rule")
    func order() throws {
        let routes = [
            Route(name: "card", pattern: "^OW-(?<id>[0-9]{8})$"),
            Route(name: "any OW", pattern: "^OW-", lookup: false, pass: .always),
            Route(name: "old", pattern: "[0-9]{4}", pass: .notFound),
        ]
        #expect(try outcome("OW-00412277", of: routes) == "1 card | 00412277 | never")
        #expect(try outcome("OW-x", of: routes) == "2 any OW | - | always")
        #expect(try outcome("x1234y", of: routes) == "3 old | 1234 | not_found")
        #expect(try outcome("x", of: routes) == "member | x | not_found")
        #expect(try outcome("anything", of: [Route(name: "all")]) == "1 all | anything | never")
    }

    @Test("a symbology is compared without case, by name or by guess")
    func symbology() throws {
        let qr = [Route(name: "qr", symbologies: ["qr code", "AZTEC"])]
        #expect(try outcome("x", aim: "]Q1", of: qr) == "1 qr | x | never")
        #expect(try outcome("x", aim: "]z0", of: qr) == "1 qr | x | never")
        #expect(try outcome("x", aim: "]Q3", of: qr) == "member | x | not_found")
        #expect(try outcome("x", of: qr) == "member | x | not_found")
        let ean = [Route(name: "ean", symbologies: ["ean-13"], lookup: false)]
        #expect(try outcome("8410297112041", of: ean) == "1 ean | - | never")
        #expect(try outcome("8410297112041", aim: "]E0", of: ean) == "1 ean | - | never")
        #expect(try outcome("8410297112042", of: ean) == "member | 8410297112042 | not_found")
        #expect(try outcome("8410297112041", aim: "]C0", of: ean) == "product | - | always")
    }

    @Test(
        "a scanner is a glob on the id",
        arguments: [("0c2e:0204:S1", true), ("0c2e:0204@pci-0", true), ("1234:0204:S1", false), ("", false)])
    func scanner(_ row: (String, Bool)) throws {
        let routes = [Route(name: "till 1", scanner: "0c2e:*", lookup: false)]
        #expect(try outcome("x", scanner: row.0, of: routes).hasPrefix("1 till 1") == row.1)
    }

    @Test("all conditions must hold")
    func all() throws {
        let routes = [Route(name: "r", pattern: "^A", symbologies: ["QR Code"], scanner: "s1")]
        #expect(try outcome("Ax", aim: "]Q1", scanner: "s1", of: routes).hasPrefix("1 r"))
        #expect(try outcome("Bx", aim: "]Q1", scanner: "s1", of: routes).hasPrefix("member"))
        #expect(try outcome("Ax", aim: "]A0", scanner: "s1", of: routes).hasPrefix("member"))
        #expect(try outcome("Ax", aim: "]Q1", scanner: "s2", of: routes).hasPrefix("member"))
    }

    @Test("any number of scanners is served")
    func manyScanners() throws {
        let router = try Router(routes: [Route(name: "odd", scanner: "*[13579]")])
        for number in 0..<1000 {
            let isTaken = router.decide(try scan("x"), scanner: "\(number)").route != nil
            #expect(isTaken == (number % 2 == 1))
        }
    }

    @Test("an id group that took no part leaves the whole match")
    func group() throws {
        let routes = [Route(name: "r", pattern: "^(?:A(?<id>[0-9]+)|B[0-9]+)")]
        #expect(try outcome("A12x", of: routes) == "1 r | 12 | never")
        #expect(try outcome("B12x", of: routes) == "1 r | B12 | never")
    }

    @Test("a pattern with many groups gives its id beside one with few")
    func manyGroups() throws {
        let groups = String(repeating: "(x?)", count: 200)
        let routes = [Route(name: "a", pattern: "^a"), Route(name: "b", pattern: "^\(groups)(?<id>b)")]
        #expect(try outcome("xxb7", of: routes) == "2 b | b | never")
        #expect(try outcome("a", of: routes) == "1 a | a | never")
    }

    @Test("a scanner's need of a keyboard")
    func needsKeyboard() throws {
        func needs(_ routes: [Route], _ scanner: String = "s") throws -> Bool {
            try Router(routes: routes).needsKeyboard(scanner: scanner)
        }
        #expect(try needs([]))
        #expect(try !needs([Route(name: "a")]))
        #expect(try needs([Route(name: "a"), Route(name: "b", pass: .notFound)]))
        #expect(try needs([Route(name: "a", pattern: "x", lookup: false, pass: .always)]))
        #expect(try needs([Route(name: "a", scanner: "s*", pass: .notFound)]))
        #expect(try !needs([Route(name: "a", scanner: "t*", pass: .notFound)]))
    }

    static let hostile = ["^(a+)+$", "^(a|aa)+$", "^(a|a)*b?$", "(?:a*)*[bc]", "(.*)*,(.*)*[0-9]", "^(?:(a*)*)*[xy]"]

    @Test("patterns that backtrack without end are passed over, and no more than four on one code")
    func hostilePatterns() throws {
        let code = String(repeating: "a", count: 4094) + "!,"
        for pattern in Self.hostile {
            let routes = (1...256).map { Route(name: "r\($0)", pattern: pattern) } + [Route(name: "all")]
            let router = try Router(routes: routes)
            let start = ContinuousClock.now
            let decision = router.decide(try scan(code), scanner: "s")
            // Four matches of 20,000 steps. The time is what a debug build on a slow machine stays far below.
            #expect(ContinuousClock.now - start < .seconds(1), "\(pattern)")
            #expect(decision.rule == .builtIn(.noIdentifier) && decision.pass == .always, "\(pattern)")
            #expect(decision.gaveUp && decision.gaveUpRoute == 1)
        }
        let few = Self.hostile.prefix(3).map { Route(name: "r", pattern: $0) } + [Route(name: "all", pass: .never)]
        let decision = try Router(routes: few).decide(try scan(code), scanner: "s")
        #expect(decision.rule == .route(4) && decision.gaveUpRoute == 1)
    }

    @Test("a pattern that cannot be compiled is named by its place")
    func fault() {
        let fault = #expect(throws: Router.Fault.self) {
            try Router(routes: [Route(name: "a"), Route(name: "b", pattern: "a(b")])
        }
        #expect(fault?.route == 2 && fault?.pattern.offset == 3)
    }
}
