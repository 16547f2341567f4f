import Glibc
import LoopTesting
import Loyalty
import Outbox
import Purchases
import Testing

@testable import Till

/// What the till is told of a member.
@Suite("The till asks about a member", .serialized)
struct MemberTests {
    private static let body =
        "{ \"MemberId\":\"3hRX\",\r\n  \"DisplayText\" : \"\\u00a1Hola Ñandú! Tienes 257 puntos\", \"Rewards\":[{\"Id\":\"R1\",\"Name\":\"Café\",\"Value\":1.50,"
        + "\"Type\":\"CashDiscount\"}],\"Extra\":1e2}\n"

    @Test("the provider's answer, byte for byte, with its rewards")
    func found() async throws {
        let shop = try await Shop()
        shop.provider.member("3hRX", 200, Self.body)
        try await shop.run { till async throws in
            let answer = try await till.member("3hRX")
            #expect(answer.status == 200)
            #expect(answer.text == Self.body)
            #expect(answer.field("Content-Type") == "application/json; charset=utf-8")
            #expect(answer.field("Cache-Control") == "no-store")
        }
        #expect(shop.provider.asked.entries == ["/agora/member/3hRX"])
    }

    @Test("an id with escapes is asked for as it was meant")
    func escapes() async throws {
        let shop = try await Shop()
        try await shop.run { till async throws in _ = try await till.member("a%2Fb%20%C3%B1+") }
        #expect(shop.provider.asked.entries == ["/agora/member/a%2Fb%20%C3%B1%2B"])
    }

    @Test(
        "what the provider says instead",
        arguments: [
            (404, "404 not_found"), (400, "400 rejected"), (422, "422 rejected"), (401, "502 misconfigured"),
            (429, "429 rate_limited"), (500, "503 unavailable"), (302, "502 misconfigured"),
        ])
    func others(_ status: Int, _ expected: String) async throws {
        let shop = try await Shop()
        shop.provider.member("77", status, "{\"secret\":\"xyz\"}")
        // Retries end with it.
        try await shop.run(shop.with { $0.endpoint.timeoutMilliseconds = 1000 }) { till async throws in
            let answer = try await till.member("77")
            #expect(answer.fate == expected)
            #expect(!answer.text.contains("xyz"))
        }
    }

    @Test("no connection is 503, and no answer 504")
    func unavailable() async throws {
        let shop = try await Shop()
        try await shop.run(shop.with { $0.endpoint.timeoutMilliseconds = 500 }) { till async throws in
            #expect(try await till.member("hanging").fate == "504 unavailable")
        }
        try await shop.provider.goDown()
        try await shop.run { till async throws in
            #expect(try await till.member("77").fate == "503 unavailable")
        }
    }

    // MARK: The token's file

    @Test("without a token file, or with one that others may read, nothing is served")
    func noToken() async throws {
        let shop = try await Shop()
        shop.provider.member("3hRX", 200, Self.body)
        try await shop.run { till async throws in
            let ruin: [() throws -> Void] = [
                { shop.room.remove("till-token") },
                { try shop.room.write(Shop.token, to: "till-token", mode: 0o644) },
                { try shop.room.write(Shop.token, to: "till-token", mode: 0o620) },
                { try shop.room.write("", to: "till-token") },
                { try shop.room.write("two\nlines", to: "till-token") },
            ]
            for step in ruin {
                try step()
                for query in [Shop.query, "_token=", "_token=x", ""] {
                    for (method, path) in [
                        ("GET", "/agora/member/3hRX"), ("POST", "/agora/invoices"), ("GET", "/nothing"),
                    ] {
                        let body = method == "POST" ? Invoices.sale(1, "m") : nil
                        let answer = try await till.ask(method, "\(path)?\(query)", [], body)
                        #expect(answer?.fate == "503 no_token")
                    }
                }
            }
            #expect(try await till.list().isEmpty)
            try shop.room.write(Shop.token, to: "till-token")
            #expect(try await till.member("3hRX").status == 200)
        }
        #expect(shop.provider.asked.entries.count == 1 && shop.provider.posted.entries.isEmpty)
        #expect(!shop.lines.all.contains { $0.contains(Shop.token) })
    }

    @Test("another token in the file holds from the next request on")
    func replaced() async throws {
        let shop = try await Shop()
        try await shop.run { till async throws in
            let client = try await till.client()
            for turn in 0..<20 {
                let (now, before) = ("token-\(turn)", "token-\(turn - 1)")
                try shop.room.write(now, to: "till-token")
                try client.send("POST", "/agora/invoices?_token=\(now)", [], Array("{}x".utf8))
                #expect(try client.answer()?.code == "bad_json", "the new one lets in")
                let answer = try await till.ask("POST", "/agora/invoices?_token=\(before)", [], Array("{}".utf8))
                #expect(answer?.fate == "401 wrong_token", "the old one does not")
            }
        }
    }
}
