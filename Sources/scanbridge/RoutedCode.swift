import JSON
import Keystrokes
import Routing
import TextChecks

/// A code and what follows from it, for `scanbridge route`.
struct RoutedCode {
    let scan: Scan
    let decision: RoutingDecision

    private var code: String { String(decoding: scan.code, as: UTF8.self) }

    /// For programs.
    var line: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("code")
        writer.value(code)
        writer.key("symbology")
        writer.value(Self.json(scan.symbology))
        writer.key("rule")
        writer.value(ruleCode)
        writer.key("number")
        writer.value(Self.json(routeNumber))
        writer.key("route")
        writer.value(Self.json(decision.route))
        writer.key("lookup")
        writer.value(decision.memberID != nil)
        writer.key("member")
        writer.value(Self.json(decision.memberID))
        writer.key("pass")
        writer.value(decision.pass.rawValue)
        writer.key("gave_up")
        writer.value(Self.json(decision.gaveUpRoute))
        writer.endObject()
        writer.endLine()
        return writer.bytes
    }

    private var routeNumber: Int? { if case .route(let number) = decision.rule { number } else { nil } }

    private var ruleCode: String {
        switch decision.rule {
        case .route: "route"
        case .builtIn(let rule): rule.rawValue
        }
    }

    private static func json(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    private static func json(_ number: Int?) -> JSONValue { number.map { JSONValue(integerLiteral: $0) } ?? .null }

    /// For a person. A code can hold what drives a terminal.
    var text: String {
        let rule =
            switch decision.rule {
            case .route(let number): "route \(number) \"\((decision.route ?? "").printable)\""
            case .builtIn(let rule): "built-in rule: \(rule)"
            }
        let pass =
            switch decision.pass {
            case .never: "not passed on"
            case .always: "passed on"
            case .notFound: "passed on if not found"
            }
        let lookup = decision.memberID.map { "looked up as \($0.printable)" } ?? "not looked up"
        let gaveUp =
            decision.gaveUpRoute.map { "\n    route \($0) was passed over: its pattern takes too long on it" } ?? ""
        return "\(code.printable)\n    \(rule); \(lookup); \(pass)\(gaveUp)"
    }
}
