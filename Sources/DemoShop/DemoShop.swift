import LocalHTTP

/// The demo's members, and what the endpoint answers about them.
enum DemoShop {
    struct Answer {
        var status: Int
        var body: String
        var delayMilliseconds = 0
    }

    static func answer(to request: HTTPRequest) -> Answer {
        guard request.head.method == "GET" else { return Answer(status: 405, body: "{}") }
        let prefix = "/agora/member/"
        let path = request.head.path
        guard path.hasPrefix(prefix) else { return Answer(status: 404, body: "{}") }
        let token = DemoEndpoint.token.split(separator: "|").joined(separator: "%7C")
        guard request.head.rawQuery == "_token=\(token)&ow_account=\(DemoEndpoint.account)" else {
            return Answer(status: 401, body: "{}")
        }
        return members[String(path.dropFirst(prefix.count))]
            ?? Answer(status: 404, body: #"{"error":"not found"}"#)
    }

    private static let members: [String: Answer] = [
        "0012345678": Answer(
            status: 200,
            body:
                #"{"MemberId":"3hRXhZ01Kictq","DisplayText":"Hola Marcos Gómez, tienes 257 puntos acumulados.","Rewards":[]}"#
        ),
        "3hRXhZ01Kictq": Answer(
            status: 200,
            body: #"{"MemberId":"3hRXhZ01Kictq","DisplayText":"¡Hola Marcos Gómez! Tienes 257 puntos","Rewards":"#
                + #"[{"Id":"R1","Name":"Café","Description":"Un café","Type":"CashDiscount","Value":1.5}]}"#),
        "OW-00412277": Answer(
            status: 200,
            body: #"{"MemberId":"77","DisplayText":"¡Hola María José! Tienes 1.250 puntos","Rewards":[]}"#,
            delayMilliseconds: 1500),
    ]
}
