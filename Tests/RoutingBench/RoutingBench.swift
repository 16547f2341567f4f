import CAllocations
import Keystrokes
import Routing
import SystemCalls

/// Prints what the decision about one code takes with 1 route and with 100, and what a look at its beginning takes: a line for each
/// case, the case's name, the routes, median and 99th percentile in microseconds, and the allocations of one decision.
@main
struct RoutingBench {
    static func main() throws {
        let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 20_000
        for (name, make) in cases {
            for count in [1, 100] {
                let router = try Router(routes: (1...count).map { $0 == count ? product : make($0) })
                print("product, \(name)\t\(count)\t\(decision(router, max(1, rounds)))")
            }
        }
        for (name, make) in cases.prefix(2) {
            for count in [1, 100] {
                let router = try Router(routes: (1...count).map { $0 == count ? rest : make($0) })
                print("a key, \(name)\t\(count)\t\(look(router, max(1, rounds)))")
            }
        }
    }

    /// The routes in front of the last one, which takes the product: all of them are tried.
    private static let cases: [(String, @Sendable (Int) -> Route)] = [
        ("prefixes", { Route(name: "card-\($0)", pattern: "^C\($0)-(?<id>[0-9]{8})$") }),
        ("same first digit", { Route(name: "card-\($0)", pattern: "^8[0-9]{3}\($0)-(?<id>[0-9]{8})$") }),
        ("no anchors", { Route(name: "card-\($0)", pattern: "C\($0)-(?<id>[0-9]{8})") }),
        ("by symbology", { Route(name: "card-\($0)", symbologies: ["QR Code", "Aztec"]) }),
        ("url steps", { Route(name: "card-\($0)", id: [.query("id\($0)"), .upper]) }),
    ]

    private static let product = Route(name: "product", pattern: "^[0-9]{13}$", lookup: false, pass: .always)
    private static let rest = Route(name: "rest", lookup: false, pass: .always)
    private static let code = Array("8410297112041".utf8)

    private static func decision(_ router: Router, _ rounds: Int) -> String {
        let scan = Scan(code: code, aim: nil, time: .now())
        return measure(rounds) {
            let decision = router.decide(scan, scanner: "bench")
            return decision.pass == .always && decision.memberID == nil
        }
    }

    /// The seventh character, which ends the last of the cards.
    private static func look(_ router: Router, _ rounds: Int) -> String {
        measure(rounds) { router.passesEarly(code[..<7], aim: nil, scanner: "bench") }
    }

    private static func measure(_ rounds: Int, _ isRight: () -> Bool) -> String {
        var times: [Int] = []
        times.reserveCapacity(rounds)
        // What is made once, for the first code, is none of a decision's cost.
        for _ in 0..<10 { precondition(isRight()) }
        for _ in 0..<rounds {
            let start = ContinuousClock.now
            let isRight = isRight()
            times.append(nanoseconds(since: start))
            precondition(isRight, "the product was not passed")
        }
        let before = scanbridge_allocations()
        precondition(isRight())
        let allocations = scanbridge_allocations() - before
        times.sort()
        let (median, high) = (times[times.count / 2], times[times.count * 99 / 100])
        return "\(microseconds(median))\t\(microseconds(high))\t\(allocations)"
    }

    private static func microseconds(_ nanoseconds: Int) -> String {
        "\(nanoseconds / 1000).\(String(nanoseconds % 1000 / 10 + 100).dropFirst())"
    }

    private static func nanoseconds(since start: ContinuousClock.Instant) -> Int {
        Int((ContinuousClock.now - start).components.attoseconds / 1_000_000_000)
    }
}
