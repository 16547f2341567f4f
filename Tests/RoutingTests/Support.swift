import Keystrokes
import SystemCalls
import Testing

@testable import Routing

/// A scan of a text.
func scan(_ code: String, aim: String? = nil) throws -> Scan {
    try scan(Array(code.utf8), aim: aim)
}

func scan(_ code: [UInt8], aim: String? = nil) throws -> Scan {
    let identifier = try aim.map { try #require(AIMIdentifier(inFrontOf: $0.utf8)) }
    return Scan(code: code, aim: identifier, time: .now())
}

/// What routes make of a code, in one line: the route's name or the built-in rule, what is looked up, when it is passed.
func outcome(_ code: String, aim: String? = nil, scanner: String = "s", of routes: [Route] = []) throws -> String {
    let decision = try Router(routes: routes).decide(try scan(code, aim: aim), scanner: scanner)
    let rule =
        switch decision.rule {
        case .route(let number): "\(number) \(try #require(decision.route))"
        case .builtIn(let rule): "\(rule)"
        }
    return "\(rule) | \(decision.memberID ?? "-") | \(decision.pass.rawValue)"
}
