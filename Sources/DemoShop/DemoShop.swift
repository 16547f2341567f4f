/// The demo's members, and what the endpoint answers about them.
enum DemoShop {
    struct Answer {
        var status: String
        var body: String
        var delayMilliseconds = 0
    }

    /// Answers a request's head.
    static func answer(to request: String) -> Answer {
        let line = request.prefix { $0 != "\r\n" && $0 != "\n" }.split(separator: " ")
        guard line.count == 3, line[0] == "GET" else { return Answer(status: "405 Method Not Allowed", body: "{}") }
        let parts = line[1].split(separator: "?", maxSplits: 1)
        let prefix = "/agora/member/"
        guard parts.count == 2, parts[0].hasPrefix(prefix) else { return Answer(status: "404 Not Found", body: "{}") }
        let token = DemoEndpoint.token.split(separator: "|").joined(separator: "%7C")
        guard parts[1] == "_token=\(token)&ow_account=\(DemoEndpoint.account)" else {
            return Answer(status: "401 Unauthorized", body: "{}")
        }
        return members[String(parts[0].dropFirst(prefix.count))]
            ?? Answer(status: "404 Not Found", body: #"{"error":"not found"}"#)
    }

    private static let members: [String: Answer] = [
        "0012345678": Answer(
            status: "200 OK",
            body:
                #"{"MemberId":"3hRXhZ01Kictq","DisplayText":"Hola Marcos Gómez, tienes 257 puntos acumulados.","Rewards":[]}"#
        ),
        "3hRXhZ01Kictq": Answer(
            status: "200 OK",
            body: #"{"MemberId":"3hRXhZ01Kictq","DisplayText":"¡Hola Marcos Gómez! Tienes 257 puntos","Rewards":"#
                + #"[{"Id":"R1","Name":"Café","Description":"Un café","Type":"CashDiscount","Value":1.5}]}"#),
        "OW-00412277": Answer(
            status: "200 OK",
            body: #"{"MemberId":"77","DisplayText":"¡Hola María José! Tienes 1.250 puntos","Rewards":[]}"#,
            delayMilliseconds: 1500),
    ]
}
