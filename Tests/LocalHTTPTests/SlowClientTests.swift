import LocalHTTP
import LoopTesting
import Testing

@Suite struct SlowClientTests {
    /// Limits that end soon; each one is tested alone, with the others far away.
    private static let soon = 50

    @Test func whoSaysNothingIsCutOff() async throws {
        let server = try await TestServer { $0.requestMilliseconds = Self.soon }
        #expect(try TestClient(server.port).isAtEnd())
        #expect(try await server.wait { $0.connections == 0 }.timedOut == 1)
    }

    @Test(arguments: ["G", "GET / HTTP/1.1\n", "GET / HTTP/1.1\nHost: localhost:PORT\nX: "])
    func whoSendsHalfAHeadIsCutOff(text: String) async throws {
        let server = try await TestServer { $0.requestMilliseconds = Self.soon }
        let client = try TestClient(server.port)
        try client.send(text.replacing("PORT", with: "\(server.port)"))
        #expect(try client.isAtEnd())
        #expect(try await server.wait { $0.connections == 0 }.timedOut == 1)
        #expect(server.journal.entries == [])
    }

    @Test(arguments: [
        "Content-Length: 1000000", "Transfer-Encoding: chunked", "Content-Length: 1000000\nExpect: 100-continue",
    ])
    func whoTricklesIsCutOff(field: String) async throws {
        let server = try await TestServer { $0.requestMilliseconds = Self.soon }
        let client = try TestClient(server.port)
        try client.send(client.head("POST /echo", [field]))
        // Something comes all the time, but never the end. A send to a connection that was cut off fails.
        #expect(throws: (any Error).self) {
            while true { try client.send("1\n") }
        }
        #expect(try await server.wait { $0.connections == 0 }.requests == 0)
    }

    @Test func whoBeginsASecondRequestAndDoesNotEndItIsCutOff() async throws {
        let server = try await TestServer { $0.requestMilliseconds = 300 }
        let client = try TestClient(server.port)
        #expect(try client.get("/echo")?.status == 200)
        try client.send("GET / HTTP/1.1\n")
        #expect(try client.isAtEnd())
        #expect(try await server.wait { $0.connections == 0 }.timedOut == 1)
    }

    @Test func whoLiesIdleIsCutOff() async throws {
        let server = try await TestServer { $0.idleMilliseconds = Self.soon }
        let client = try TestClient(server.port)
        #expect(try client.get("/echo")?.status == 200)
        #expect(try client.isAtEnd())
        #expect(try await server.wait { $0.connections == 0 }.timedOut == 1)
    }

    @Test func whoDoesNotReadIsCutOff() async throws {
        let server = try await TestServer { $0.writeMilliseconds = Self.soon }
        let client = try TestClient(server.port)
        try client.send(client.head("GET /big"))
        #expect(try await server.wait { $0.timedOut == 1 && $0.connections == 0 }.timedOut == 1)
    }

    @Test func whoWaitsForAnAnswerIsNotCutOff() async throws {
        let server = try await TestServer {
            $0.requestMilliseconds = 500
            $0.idleMilliseconds = Self.soon
            $0.writeMilliseconds = 500
        }
        let client = try TestClient(server.port)
        try client.send(client.head("GET /hold"))
        _ = await server.journal.wait(for: 2)
        try await Task.sleep(for: .milliseconds(700))
        try await server.release()
        #expect(try client.answer()?.body == "held")
    }

    @Test func anotherClientIsServedBesideThem() async throws {
        let server = try await TestServer()
        var slow: [TestClient] = []
        for _ in 0..<60 {
            let client = try TestClient(server.port)
            try client.send("POST / HTTP/1.1\nHost: localhost:\(server.port)\nContent-Length: 99\n\n")
            slow.append(client)
        }
        let client = try TestClient(server.port)
        for _ in 0..<20 { #expect(try client.get("/late")?.status == 200) }
        #expect(try await server.statistics().connections == 61)
    }
}
