import LocalHTTP
import LoopTesting
import Testing

@Suite struct ReplyTests {
    @Test func anAnswerMayComeFromAnotherTurnOfTheLoop() async throws {
        let server = try await TestServer()
        let client = try TestClient(server.port)
        for round in 0..<20 {
            try client.send(client.head("GET /hold"))
            _ = await server.journal.wait(for: 2 * round + 2)
            try await server.release("\(round)")
            #expect(try client.answer()?.body == "\(round)")
        }
    }

    @Test func onlyTheFirstAnswerCounts() async throws {
        let server = try await TestServer()
        let client = try TestClient(server.port)
        for _ in 0..<3 { #expect(try client.get("/twice")?.body == "first") }
        #expect(try client.get("/echo")?.status == 200)
    }

    @Test func oneThatIsLetGoIsAnswered() async throws {
        let server = try await TestServer()
        let client = try TestClient(server.port)
        let answer = try #require(try client.get("/dropped"))
        #expect(answer.status == 500)
        #expect(answer.body.contains("not_answered"))
        #expect(try client.get("/echo")?.status == 200)
    }

    @Test func nothingMayBeSlippedIntoTheHead() async throws {
        let server = try await TestServer()
        let answer = try #require(try TestClient(server.port).get("/odd"))
        #expect(answer.status == 500)
        #expect(answer.value("X-Plain") == "c")
        #expect(answer.value("X-Split") == nil)
        #expect(!answer.head.contains("Set-Cookie"))
    }

    @Test(arguments: [false, true])
    func aClientThatLeavesIsNoFault(withReset: Bool) async throws {
        let server = try await TestServer()
        do {
            let client = try TestClient(server.port)
            try client.send(client.head("GET /hold"))
            _ = await server.journal.wait(for: 2)
            #expect(try await server.heldAreGone() == [false])
            if withReset { client.resetAtClose() }
        }
        for _ in 0..<5000 where try await server.heldAreGone() != [true] {
            try await Task.sleep(for: .milliseconds(2))
        }
        #expect(try await server.heldAreGone() == [true])
        try await server.release()
        #expect(try await server.wait { $0.connections == 0 }.connections == 0)
        #expect(try TestClient(server.port).get("/echo")?.status == 200)
    }

    @Test func aClientThatLeavesInTheMiddleOfALargeAnswerIsNoFault() async throws {
        let server = try await TestServer()
        for _ in 0..<3 {
            let client = try TestClient(server.port)
            try client.send(client.head("GET /big"))
            _ = await server.journal.wait { $0.last == "handle /big" }
            client.resetAtClose()
        }
        #expect(try await server.wait { $0.connections == 0 }.connections == 0)
        let client = try TestClient(server.port)
        #expect(try client.get("/big")?.body.utf8.count == TestServer.bigBody.count)
    }

    @Test func stopsWithRequestsInAllStates() async throws {
        let server = try await TestServer()
        let idle = try TestClient(server.port)
        #expect(try idle.get("/echo")?.status == 200)
        let silent = try TestClient(server.port)
        let half = try TestClient(server.port)
        try half.send(half.head("POST /echo", ["Content-Length: 9"]) + "half")
        let held = try TestClient(server.port)
        try held.send(held.head("GET /hold") + held.head("GET /echo"))
        let large = try TestClient(server.port)
        try large.send(large.head("GET /big"))
        _ = await server.journal.wait(for: 7)
        try await server.stop()
        for client in [idle, silent, half, held] { #expect(try client.isAtEnd()) }
        _ = try large.isAtEnd()
        #expect(throws: (any Error).self) { try TestClient(server.port) }
        // What comes later goes nowhere.
        try await server.release()
        try await server.stop()
        #expect(try await server.statistics().connections == 0)
    }

    @Test func stopsWhileARequestIsHandled() async throws {
        let server = try await TestServer()
        let other = try TestClient(server.port)
        try other.send(other.head("GET /hold"))
        _ = await server.journal.wait(for: 2)
        let client = try TestClient(server.port)
        // The answer was given, and so it goes out.
        #expect(try client.get("/stop")?.status == 200)
        #expect(try client.isAtEnd())
        #expect(try other.isAtEnd())
        try await server.release()
        #expect(try await server.statistics().connections == 0)
    }
}
