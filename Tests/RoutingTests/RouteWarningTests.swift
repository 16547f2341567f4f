import SeededNumbers
import Testing

@testable import Routing

@Suite("Routes that nothing reaches")
struct RouteWarningTests {
    private func warnings(_ routes: [Route]) -> [String] {
        RouteWarning.warnings(routes).map { "\($0.number) \($0.name): \($0.reason)" }
    }

    private func isReached(_ pattern: String, behind other: String) -> Bool {
        warnings([Route(name: "a", pattern: other), Route(name: "b", pattern: pattern)]).isEmpty
    }

    @Test("what is behind a route without conditions")
    func all() {
        let routes = [Route(name: "all", lookup: false), Route(name: "card", pattern: "^x"), Route(name: "c")]
        #expect(
            warnings(routes)
                == ["card", "c"].enumerated().map { index, name in
                    "\(index + 2) \(name): nothing reaches it: route 1 \"all\" in front of it takes every code; "
                        + "put this one in front of that, or take it out"
                })
        // A step that can fail leaves codes over; one that cannot does not.
        #expect(warnings([Route(name: "a", id: [.query("id")]), Route(name: "b")]).isEmpty)
        #expect(warnings([Route(name: "a", id: [.upper, .pad(3)]), Route(name: "b")]).count == 1)
        #expect(warnings([Route(name: "a", pattern: "^x"), Route(name: "b")]).isEmpty)
        #expect(warnings([]).isEmpty)
    }

    @Test("the same pattern with the same or narrower conditions")
    func same() {
        func pair(_ first: Route, _ second: Route) -> Bool {
            let numbers = RouteWarning.warnings([first, second]).map(\.number)
            return numbers == [2]
        }
        func route(_ symbologies: [String] = [], _ scanner: String = "") -> Route {
            Route(name: "r", pattern: "[0-9]x", symbologies: symbologies, scanner: scanner)
        }
        #expect(pair(route(), route()))
        #expect(pair(route(), route(["Aztec"], "s")))
        #expect(pair(route(["AZTEC", "QR Code"]), route(["aztec"])))
        #expect(!pair(route(["Aztec"]), route(["Aztec", "QR Code"])))
        #expect(!pair(route(["Aztec"]), route()))
        #expect(pair(route([], "*"), route()))
        #expect(pair(route([], "s*"), route([], "s1")))
        #expect(pair(route([], "s*"), route([], "s*")))
        #expect(!pair(route([], "s*"), route([], "t1")))
        #expect(!pair(route([], "s*"), route()))
        #expect(!pair(route([], "s?"), route([], "s*")))
    }

    @Test("a pattern that begins with another one's whole text")
    func prefixes() {
        for pattern in ["^OW-1", "^OW-[0-9]+$", "^OW-", #"^OW\-7"#, "^OW-(a|b)", "^OW-x?", "^OW-[|]", "^OW-(?<id>.*)"] {
            #expect(!isReached(pattern, behind: "^OW-"), "\(pattern)")
        }
        for pattern in [
            "OW-1", "^OW", "^OW-?", "^OW-*x", "^OW-{0,2}x", "^OW-1|^X", "^O(W)-", "(?i)^OW-", #"^OW\d"#,
            #"^OW-\Q(|\E|x"#,
            "^ow-", "^", "^?OW-", "^OX-",
        ] {
            #expect(isReached(pattern, behind: "^OW-"), "\(pattern)")
        }
        for other in ["^OW-$", "OW-", "^OW-+", "^", "^OW.", #"^OW-\b"#] {
            #expect(isReached("^OW-1", behind: other), "\(other)")
        }
    }

    @Test("a pattern for codes that are too long")
    func length() {
        #expect(warnings([Route(name: "a", pattern: "^x{4097}$")]).first?.contains("needs 4097 characters") == true)
        #expect(warnings([Route(name: "a", pattern: "^x{4096}$")]).isEmpty)
    }

    @Test("a symbology that no code has")
    func symbologies() {
        let reason = { (names: [String]) in self.warnings([Route(name: "a", symbologies: names)]).first ?? "" }
        #expect(
            reason(["EAN13"]).contains(
                "nothing reaches it: no code has the symbology \"EAN13\"; did you mean \"EAN-13\"?"))
        #expect(reason(["qr code", "QR"]).contains("a part of it is never used"))
        #expect(reason(["QR"]).contains("did you mean \"QR Code\"?"))
        #expect(reason(["128"]).contains("did you mean \"GS1-128\"?"))
        #expect(reason(["?"]).contains("see the names in scan events"))
        #expect(reason(["ean-13", "UPC-A", "GTIN-14", "Data Matrix", "gs1 databar"]).isEmpty)
    }

    /// What is called unreachable must be so: a code that the route takes alone never gets to it.
    @Test("no warning is wrong", arguments: 0..<20)
    func sound(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        var warned = 0
        for _ in 0..<100 {
            let routes = (0..<4).map { RandomRoutes.route("r\($0)", using: &generator) }
            let numbers = RouteWarning.warnings(routes).filter { $0.reason.hasPrefix("nothing") }.map(\.number)
            warned += numbers.count
            let router = try Router(routes: routes)
            for _ in 0..<30 {
                let (code, aim) = RandomRoutes.code(using: &generator)
                let decision = router.decide(try scan(code, aim: aim), scanner: RandomRoutes.scanner(using: &generator))
                guard case .route(let number) = decision.rule else { continue }
                #expect(!numbers.contains(number), "seed \(seed): \(code) got to \(number) of \(routes)")
            }
        }
        #expect(warned > 10)
    }
}
