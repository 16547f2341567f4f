import Glibc
import LoopTesting
import Outbox
import Purchases
import Testing

@testable import Till

/// Who gets at the till's endpoint, and what it gives away. `docs/SECURITY.md` names these tests.
@Suite("The till's endpoint is for the till alone", .serialized)
struct SecurityTests {
    private static let wrongQueries = [
        "", "?", "?ow_account=shop-9", "?_token=", "?_token=guess", "?_token=till+token%2B1%2",
        "?_token=till+token%2B1%25x",
        "?_token=till+token%2B1%25&_token=till+token%2B1%25",
    ]

    @Test("without the token no member is told", arguments: wrongQueries)
    func memberNeedsToken(_ query: String) async throws {
        let shop = try await Shop()
        shop.provider.member("3hRX", 200, "{\"MemberId\":\"3hRX\",\"DisplayText\":\"Marcos\"}")
        try await shop.run { till async throws in
            let answer = try await till.ask("GET", "/agora/member/3hRX\(query)")
            #expect(answer?.fate == "401 wrong_token")
            #expect(answer?.text.contains("Marcos") == false)
        }
        #expect(shop.provider.asked.entries.isEmpty, "the provider is not even asked")
    }

    @Test("without the token no purchase is taken", arguments: wrongQueries)
    func purchaseNeedsToken(_ query: String) async throws {
        let shop = try await Shop()
        try await shop.run { till async throws in
            let answer = try await till.ask("POST", "/agora/invoices\(query)", [], Invoices.sale(1, "m1"))
            #expect(answer?.fate == "401 wrong_token")
            #expect(try await till.list().isEmpty && till.news.entries.isEmpty)
        }
        #expect(shop.provider.posted.entries.isEmpty)
    }

    @Test("without the token every path and method looks the same")
    func pathsAreHidden() async throws {
        let shop = try await Shop()
        try await shop.run { till async throws in
            var bodies: Set<[UInt8]> = []
            for path in ["/", "/agora/invoices", "/agora/member/1", "/agora/member/..", "/status", "/agora/member/%"] {
                for method in ["GET", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"] {
                    let answer = try #require(try await till.ask(method, "\(path)?_token=guess", [], []))
                    #expect(answer.status == 401 && answer.field("Allow") == nil, "\(method) \(path)")
                    bodies.insert(answer.body)
                }
            }
            #expect(bodies.count == 1)
        }
    }

    @Test(
        "a foreign Host is refused, with the token too",
        arguments: ["shop.example", "127.0.0.1", "127.0.0.1:1", "127.0.0.2:PORT", "localhost.shop.example:PORT"])
    func foreignHost(_ host: String) async throws {
        let shop = try await Shop()
        try await shop.run { till async throws in
            let host = host.split(separator: "PORT", omittingEmptySubsequences: false)
            let text = host.joined(separator: "\(await till.port())")
            let answer = try await till.ask(
                "POST", "/agora/invoices?\(Shop.query)", ["Host: \(text)"], Invoices.sale(1, "m1"))
            #expect(answer?.fate == "403 foreign_host")
            #expect(try await till.list().isEmpty)
        }
    }

    @Test(
        "a web page's request is refused, with the token too",
        arguments: ["https://shop.example", "null", "http://[::1]"])
    func foreignOrigin(_ origin: String) async throws {
        let shop = try await Shop()
        try await shop.run { till async throws in
            for (method, path) in [
                ("POST", "/agora/invoices"), ("GET", "/agora/member/1"), ("OPTIONS", "/agora/invoices"),
            ] {
                let body = method == "POST" ? Invoices.sale(1, "m1") : nil
                let answer = try await till.ask(method, "\(path)?\(Shop.query)", ["Origin: \(origin)"], body)
                #expect(answer?.fate == "403 foreign_origin")
                #expect(answer?.head.lowercased().contains("access-control") == false)
            }
            #expect(try await till.list().isEmpty)
        }
    }

    @Test("a body over 1 MiB is refused, and nothing of it is stored")
    func largeBody() async throws {
        let shop = try await Shop()
        let sale = Invoices.sale(1, "m1")
        let padding = [UInt8](repeating: UInt8(ascii: " "), count: (1 << 20) - sale.count)
        try await shop.run { till async throws in
            let client = try await till.client()
            try client.send(
                "POST", "/agora/invoices?\(Shop.query)", ["Content-Length: \((1 << 20) + 1)"])
            #expect(try client.answer()?.fate == "413 body_too_large", "before any of it is sent")
            let chunked = try await till.client()
            try chunked.send("POST", "/agora/invoices?\(Shop.query)", ["Transfer-Encoding: chunked"])
            let size = String(sale.count + padding.count + 1, radix: 16)
            try chunked.send(Array("\(size)\r\n".utf8) + sale + padding + [UInt8(ascii: " ")])
            #expect(try chunked.answer()?.fate == "413 body_too_large")
            #expect(try await till.list().isEmpty)
            #expect(try await till.post(sale + padding).fate == "accepted", "1 MiB is not too much")
        }
        #expect(shop.provider.posted.entries.map(\.body.count) == [1 << 20])
    }

    @Test("clients that send slowly or nothing do not keep the till out")
    func slowClients() async throws {
        let shop = try await Shop()
        try await shop.run { till async throws in
            var slow: [Client] = []
            for number in 0..<100 {
                let client = try await till.client()
                switch number % 3 {
                case 0: break
                case 1: try client.send("POST /agora/inv")
                default:
                    try client.send("POST", "/agora/invoices?\(Shop.query)", ["Content-Length: 1000"])
                    try client.send("{\"Serie\":")
                }
                slow.append(client)
            }
            for number in 1...3 { #expect(try await till.post(Invoices.sale(number, "m1")).fate == "accepted") }
            #expect(try await till.list().count == 3)
            #expect(slow.count == 100)
        }
    }

    @Test("no log line has anything of an invoice, a member or a token")
    func logsAreSilent() async throws {
        let shop = try await Shop()
        let secrets = [
            "LOG-MEMBER", "LOG-ITEM", "987654", "T-98", Shop.token, "till+token", Provider.token, Shop.queuedText,
            "Gracias", "LOG-REASON", "LOG-NAME", "LOG-ANSWER", "BasicInvoice", "_token",
        ]
        shop.provider.member("LOG-MEMBER-1", 200, "{\"MemberId\":\"LOG-MEMBER-1\",\"DisplayText\":\"LOG-NAME\"}")
        let sale = { (number: Int) in
            Invoices.sale(987_654_000 + number, "LOG-MEMBER-\(number)", item: "LOG-ITEM-\(number)")
        }
        let name = { (number: Int) in "T-\(987_654_000 + number)" }
        let ways: [Provider.Way] = [
            .accept, .reject("LOG-REASON"), .say(500, "LOG-ANSWER"), .say(401, "LOG-ANSWER"), .say(404, "LOG-ANSWER"),
            .say(429, "LOG-ANSWER"), .say(200, "LOG-ANSWER"), .say(302, "LOG-ANSWER"),
        ]
        for (number, way) in ways.enumerated() { shop.provider.invoice(name(number), way) }
        try await shop.run(shop.with { $0.outbox.maximumCount = 6 }) { till async throws in
            for number in ways.indices { _ = try await till.post(sale(number)) }
            // What waits is refused at last, and waits for a person.
            for number in ways.indices { shop.provider.invoice(name(number), .reject("LOG-REASON")) }
            till.service.replace(shop.settings)
            #expect(await Wait.until { till.service.status.failed > 0 })
            for id in ["LOG-MEMBER-1", "LOG-MEMBER-2", "LOG-MEMBER%00"] { _ = try await till.member(id) }
            _ = try await till.ask("POST", "/agora/invoices?_token=LOG-TOKEN-guess", [], sale(1))
            _ = try await till.post(Array("{\"LOG-ITEM\":".utf8))
            for one in try await till.list() { _ = await till.discard(one.id) }
            shop.room.remove("till-token")
            _ = try await till.ask("GET", "/agora/member/LOG-MEMBER-1?\(Shop.query)")
        }
        // An outbox that cannot be opened, and a damaged one.
        try shop.room.write(Shop.token, to: "till-token")
        shop.room.remove("outbox")
        try shop.room.write("LOG-ITEM", to: "outbox")
        try await shop.run { till async throws in _ = try await till.post(sale(20)) }
        shop.room.remove("outbox")
        try await shop.run { till async throws in _ = try await till.post(sale(21)) }
        try shop.room.write("LOG-ITEM", to: "damaged")
        try #require(rename("\(shop.room.path)/damaged", "\(shop.room.path)/outbox/outbox.db") == 0)
        try await shop.run { till async throws in _ = try await till.post(sale(22)) }
        let lines = shop.lines.all
        #expect(lines.contains { $0.contains("a purchase has failed") })
        #expect(lines.contains { $0.contains("a purchase waits") })
        #expect(lines.contains { $0.contains("cannot be stored") })
        #expect(lines.contains { $0.contains("set aside") })
        #expect(lines.contains { $0.contains("no token") })
        for line in lines {
            for secret in secrets + ["LOG-TOKEN"] { #expect(!line.contains(secret), "\(secret) in: \(line)") }
        }
    }

    @Test("the outbox's directory and files are for the service's user alone")
    func modes() async throws {
        let shop = try await Shop()
        shop.provider.invoices(.say(500, ""))
        try await shop.run { till async throws in
            _ = try await till.post(Invoices.sale(1, "m1"))
            #expect(shop.room.mode("outbox") == 0o700)
            let names = shop.room.names(in: "outbox")
            #expect(names.contains("outbox.db") && names.contains("outbox.db-wal"))
            for name in names { #expect(shop.room.mode("outbox/\(name)") == 0o600, "\(name)") }
        }
        for name in shop.room.names(in: "outbox") { #expect(shop.room.mode("outbox/\(name)") == 0o600, "\(name)") }
    }

    @Test("the token is in no answer")
    func tokenIsNotAnswered() async throws {
        let shop = try await Shop()
        shop.provider.invoice("T-2", .say(404, "{}"))
        try await shop.run { till async throws in
            let query = "?\(Shop.query)"
            let answers = [
                try await till.ask("GET", "/agora/member/77\(query)"),
                try await till.ask("GET", "/agora/member/\(query)"),
                try await till.ask("GET", "/nothing\(query)"), try await till.ask("DELETE", "/agora/invoices\(query)"),
                try await till.ask("POST", "/agora/invoices\(query)", [], Invoices.sale(1, "m1")),
                try await till.ask("POST", "/agora/invoices\(query)", [], Invoices.sale(2, "m1")),
                try await till.ask("POST", "/agora/invoices\(query)", [], Array("{".utf8)),
            ]
            for answer in answers {
                let answer = try #require(answer)
                let text = answer.head + answer.text
                #expect(!text.contains("till token") && !text.contains("till+token") && !text.contains(Provider.token))
            }
        }
    }
}
