import FuzzSupport
import Keystrokes
import Patterns
import Routing
import SystemCalls

/// A pattern in the first line and a code behind it: within its bounds, a match's range lies in the text and cuts no character; and what
/// the code's beginning tells holds for the whole.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPatterns(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let bytes = input.rest()
    let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
    let text = String(decoding: parts[0], as: UTF8.self)
    let code = Array(String(decoding: parts.count > 1 ? parts[1] : [], as: UTF8.self).utf8)
    if let reason = Pattern.reason(against: text) {
        require(!reason.isEmpty && reason.utf8.count < 500, "a reason of \(reason.utf8.count) bytes")
        return 0
    }
    guard let pattern = try? Pattern.configured(text) else { return 0 }
    var id = 0..<code.count
    let outcome = pattern.match(code)
    if outcome == .matched {
        for group in 0..<4 { check(pattern.range(ofGroup: group), in: code) }
        check(pattern.range(ofGroup: "id"), in: code)
        id = pattern.range(ofGroup: "id") ?? pattern.range(ofGroup: 0) ?? id
    }
    if !code.isEmpty {
        checkRoute(text, code, id: String(decoding: code[id], as: UTF8.self), outcome)
        checkBeginnings(text, code)
    }
    return 0
}

private func check(_ range: Range<Int>?, in code: [UInt8]) {
    guard let range else { return }
    require(range.upperBound <= code.count, "\(range) in \(code.count) bytes")
    require(String(validating: code[range], as: UTF8.self) != nil, "\(range) cuts a character of \(code)")
}

private func router(_ routes: [Route]) -> Router {
    guard let router = try? Router(routes: routes) else {
        finding("a pattern that the configuration takes and the router does not: \(routes)")
    }
    return router
}

private func checkRoute(_ pattern: String, _ code: [UInt8], id: String, _ outcome: Pattern.Outcome) {
    let router = router([Route(name: "r", pattern: pattern)])
    let scan = Scan(code: code, aim: nil, time: .now())
    let decision = router.decide(scan, scanner: "s")
    // An empty pattern matches every code.
    let isRouted = outcome == .matched || pattern.isEmpty
    require((decision.route != nil) == isRouted, "the route is \(decision.route ?? "none"), the match: \(outcome)")
    // A text that cannot match for its first byte is not tried, and then nothing is given up.
    require(!decision.gaveUp || outcome == .gaveUp, "the router gave up, the pattern did not")
    if isRouted { require(decision.memberID == id, "asked for \(decision.memberID ?? "nothing") in place of \(id)") }
    require(decision == router.decide(scan, scanner: "s"), "a route decides differently the second time")
}

/// Behind the pattern's route one that passes all, and the pattern's own as one that passes: no beginning says what the whole does not.
private func checkBeginnings(_ pattern: String, _ code: [UInt8]) {
    let scan = Scan(code: code, aim: nil, time: .now())
    let card = Route(name: "card", pattern: pattern)
    let product = Route(name: "product", pattern: pattern, lookup: false, pass: .always)
    for routes in [[card, Route(name: "rest", lookup: false, pass: .always)], [product]] {
        let router = router(routes)
        for length in 1...min(code.count, Router.maxEarlyBytes)
        where router.passesEarly(code[..<length], aim: nil, scanner: "s") {
            let decision = router.decide(scan, scanner: "s")
            require(
                decision.pass == .always && decision.memberID == nil,
                "\(length) of \(code.count) bytes said that it passes, and all: \(decision)")
        }
    }
}

@_cdecl("FuzzPatterns_main")
public func main(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    runFuzzer(count, arguments)
}
