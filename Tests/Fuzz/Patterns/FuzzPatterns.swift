import FuzzSupport
import Patterns
import Routing

/// A pattern in the first line and a code behind it: within its bounds, a match's range lies in the text and cuts no character.
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
    checkRoute(text, code, id: String(decoding: code[id], as: UTF8.self), isMatched: outcome == .matched)
    return 0
}

private func check(_ range: Range<Int>?, in code: [UInt8]) {
    guard let range else { return }
    require(range.upperBound <= code.count, "\(range) in \(code.count) bytes")
    require(String(validating: code[range], as: UTF8.self) != nil, "\(range) cuts a character of \(code)")
}

private func checkRoute(_ pattern: String, _ code: [UInt8], id: String, isMatched: Bool) {
    guard let router = try? Router(routes: [Route(name: "r", pattern: pattern)]) else {
        finding("a pattern that the configuration takes and the router does not: \(pattern.debugDescription)")
    }
    let decision = router.decide(code)
    // An empty pattern matches every code.
    let isRouted = isMatched || pattern.isEmpty
    require((decision.route != nil) == isRouted, "the route is \(decision.route ?? "none"), matched: \(isMatched)")
    require(decision.memberID == id, "asked for \(decision.memberID ?? "nothing") in place of \(id)")
    require(decision == router.decide(code), "a route decides differently the second time")
}

@_cdecl("FuzzPatterns_main")
public func main(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    runFuzzer(count, arguments)
}
