import JSON
import LocalHTTP
import Purchases

/// The demo's members, and what the endpoint answers about them and their purchases: a point for each whole unit of money.
struct DemoShop {
    struct Answer {
        var status: Int
        var body: String
        var delayMilliseconds = 0
    }

    /// Whether the provider is out of order, as it is for a while in the demo.
    var isDown = false

    private struct DemoMember {
        var name: String
        var points: Int
        var id: String
        var text: (String, Int) -> String
        var rewards = "[]"
        var delayMilliseconds = 0
    }

    /// By what is scanned.
    private var members: [String: DemoMember] = [
        "0012345678": DemoMember(
            name: "Marcos Gómez", points: 257, id: "3hRXhZ01Kictq",
            text: { "Hola \($0), tienes \($1) puntos acumulados." }),
        "3hRXhZ01Kictq": DemoMember(
            name: "Marcos Gómez", points: 257, id: "3hRXhZ01Kictq", text: { "¡Hola \($0)! Tienes \($1) puntos" },
            rewards: #"[{"Id":"R1","Name":"Café","Description":"Un café","Type":"CashDiscount","Value":1.5}]"#),
        "OW-00412277": DemoMember(
            name: "María José", points: 1250, id: "77", text: { name, _ in "¡Hola \(name)! Tienes 1.250 puntos" },
            delayMilliseconds: 1500),
    ]
    /// The answers to the sales that were taken, by their keys.
    private var taken: [String: String] = [:]

    mutating func answer(to request: HTTPRequest) -> Answer {
        if isDown { return Answer(status: 503, body: "{}") }
        let token = DemoEndpoint.token.split(separator: "|").joined(separator: "%7C")
        guard request.head.rawQuery == "_token=\(token)&ow_account=\(DemoEndpoint.account)" else {
            return Answer(status: 401, body: "{}")
        }
        let prefix = "/agora/member/"
        let path = request.head.path
        switch request.head.method {
        case "GET" where path.hasPrefix(prefix): return member(String(path.dropFirst(prefix.count)))
        case "POST" where path == "/agora/invoices": return purchase(request)
        case "GET", "POST": return Answer(status: 404, body: "{}")
        default: return Answer(status: 405, body: "{}")
        }
    }

    private func member(_ id: String) -> Answer {
        guard let member = members[id] else { return Answer(status: 404, body: #"{"error":"not found"}"#) }
        let text = member.text(member.name, member.points)
        return Answer(
            status: 200, body: #"{"MemberId":"\#(member.id)","DisplayText":"\#(text)","Rewards":\#(member.rewards)}"#,
            delayMilliseconds: member.delayMilliseconds)
    }

    private mutating func purchase(_ request: HTTPRequest) -> Answer {
        let key = request.head.values("Idempotency-Key").first ?? ""
        if let answer = taken[key] { return Answer(status: 200, body: answer) }
        guard let invoice = try? Invoice(parsing: request.body), let id = invoice.members.first,
            let amount = invoice.amount,
            members[id] != nil
        else { return Answer(status: 404, body: "{}") }
        let points = Int("\(amount)".prefix { $0 != "." }) ?? 0
        for (other, member) in members where member.id == members[id]?.id {
            members[other]?.points = member.points + points
        }
        let text = #"{"Status":"accepted","PrinterText":"+\#(points) puntos, total \#(members[id]?.points ?? 0)"}"#
        taken[key] = text
        return Answer(status: 200, body: text)
    }
}
