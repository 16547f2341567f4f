import CAllocations
import Keystrokes
import Routing
import SystemCalls

/// Prints what the decision about one code takes with 1 route and with 100: a line for each case, the case's name, the routes,
/// median and 99th percentile in microseconds, and the allocations of one decision.
@main
struct RoutingBench {
    static func main() throws {
        let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 20_000
        for (name, code, make) in cases {
            for count in [1, 100] {
                let router = try Router(routes: (1...count).map { make($0, count) })
                print(measure(name, count, router, Array(code.utf8), rounds: max(1, rounds)))
            }
        }
    }

    /// The last route takes the product; all in front are tried.
    private static let cases: [(String, String, @Sendable (Int, Int) -> Route)] = [
        ("product, prefixes", "8410297112041", { card("^C\($0)-(?<id>[0-9]{8})$", $0, $1) }),
        ("product, same first digit", "8410297112041", { card("^8[0-9]{3}\($0)-(?<id>[0-9]{8})$", $0, $1) }),
        ("product, no anchors", "8410297112041", { card("C\($0)-(?<id>[0-9]{8})", $0, $1) }),
        ("product, by symbology", "8410297112041", { symbology($0, $1) }),
        ("product, url steps", "8410297112041", { steps($0, $1) }),
    ]

    private static func product(_ number: Int) -> Route {
        Route(name: "product-\(number)", pattern: "^[0-9]{13}$", lookup: false, pass: .always)
    }

    private static func card(_ pattern: String, _ number: Int, _ count: Int) -> Route {
        number == count ? product(number) : Route(name: "card-\(number)", pattern: pattern)
    }

    private static func symbology(_ number: Int, _ count: Int) -> Route {
        number == count ? product(number) : Route(name: "card-\(number)", symbologies: ["QR Code", "Aztec"])
    }

    private static func steps(_ number: Int, _ count: Int) -> Route {
        number == count ? product(number) : Route(name: "card-\(number)", id: [.query("id\(number)"), .upper])
    }

    private static func measure(_ name: String, _ count: Int, _ router: Router, _ code: [UInt8], rounds: Int) -> String
    {
        let scan = Scan(code: code, aim: nil, time: .now())
        var times: [Int] = []
        times.reserveCapacity(rounds)
        // What is made once, for the first code, is none of a decision's cost.
        for _ in 0..<10 { check(router.decide(scan, scanner: "bench")) }
        for _ in 0..<rounds {
            let start = nanoseconds()
            let decision = router.decide(scan, scanner: "bench")
            times.append(nanoseconds() - start)
            check(decision)
        }
        let before = scanbridge_allocations()
        let decision = router.decide(scan, scanner: "bench")
        let allocations = scanbridge_allocations() - before
        check(decision)
        times.sort()
        let (median, high) = (times[times.count / 2], times[times.count * 99 / 100])
        return "\(name)\t\(count)\t\(microseconds(median))\t\(microseconds(high))\t\(allocations)"
    }

    private static func check(_ decision: RoutingDecision) {
        precondition(decision.pass == .always && decision.memberID == nil, "the product's route did not take it")
    }

    private static func microseconds(_ nanoseconds: Int) -> String {
        "\(nanoseconds / 1000).\(String(nanoseconds % 1000 / 10 + 100).dropFirst())"
    }

    private static func nanoseconds() -> Int {
        let time = ContinuousClock.now - start
        return Int(time.components.seconds) * 1_000_000_000 + Int(time.components.attoseconds / 1_000_000_000)
    }

    private static let start = ContinuousClock.now
}
