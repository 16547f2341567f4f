import Glibc
import LocalHTTP
import LoopTesting
import SystemCalls
import Testing

@Suite struct CrowdTests {
    @Test(arguments: [true, false])
    func idleConnectionsDoNotLockAnybodyOut(areSilent: Bool) async throws {
        let server = try await TestServer()
        var crowd: [TestClient] = []
        for _ in 0..<300 {
            let client = try TestClient(server.port)
            if !areSilent { try client.send("GET / HTTP/1.1\nHost:") }
            crowd.append(client)
        }
        let client = try TestClient(server.port)
        #expect(try client.get("/echo")?.status == 200)
        let statistics = try await server.statistics()
        #expect(statistics.connections <= 64)
        #expect(statistics.displaced >= 237)
        // The oldest went, and those who came last are there.
        #expect(try crowd[0].isAtEnd())
        try crowd[299].send(areSilent ? crowd[299].head("GET /late") : " localhost:\(server.port)\n\n")
        #expect(try crowd[299].answer()?.status == 200)
    }

    @Test func requestsThatAreBeingAnsweredKeepTheirPlaces() async throws {
        let server = try await TestServer { $0.maximumConnections = 4 }
        let busy = try (0..<4).map { _ in try TestClient(server.port) }
        for client in busy { try client.send(client.head("GET /hold")) }
        _ = await server.journal.wait(for: 8)
        // More come, and wait in the kernel's queue.
        let next = try (0..<20).map { _ in try TestClient(server.port) }
        for client in next { try client.send(client.head("GET /late")) }
        try await server.thread.settle()
        #expect(try await server.statistics().connections == 4)
        try await server.release()
        for client in busy { #expect(try client.answer()?.body == "held") }
        // Whoever waits behind these may have to displace them while they are idle, but all of them are answered.
        for client in next { #expect(try client.answer()?.status == 200) }
        #expect(try await server.statistics().requests == 24)
    }

    @Test func manyClientsAtOnce() async throws {
        let server = try await TestServer { $0.maximumConnections = 500 }
        let clients = try (0..<200).map { _ in try TestClient(server.port) }
        for round in 0..<5 {
            for (number, client) in clients.enumerated() {
                let path = number % 2 == 0 ? "/late" : "/echo"
                try client.send(client.head("POST \(path)", ["Content-Length: 4"]) + "\(round * 1000 + number + 1000)")
            }
            for (number, client) in clients.enumerated() {
                #expect(try client.answer()?.body == "\(round * 1000 + number + 1000)")
            }
        }
        #expect(try await server.statistics().requests == 1000)
    }

    /// The processor time that the loop's thread takes while nothing happens, in microseconds.
    private func idleCost(of server: TestServer) async throws -> Int {
        let used: @Sendable () -> Int = {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
        }
        try await server.thread.settle()
        let before = try await server.thread { _ in used() }
        try await Task.sleep(for: .milliseconds(500))
        return try await server.thread { _ in used() } - before
    }

    @Test func nothingSpinsAtRest() async throws {
        let server = try await TestServer()
        // A spinning loop would take all of the 500 ms.
        #expect(try await idleCost(of: server) < 100_000)
        let idle = try TestClient(server.port)
        #expect(try idle.get("/late")?.status == 200)
        let silent = try TestClient(server.port)
        let half = try TestClient(server.port)
        try half.send(half.head("POST /echo", ["Content-Length: 9"]) + "half")
        let held = try TestClient(server.port)
        try held.send(held.head("GET /hold") + held.head("GET /echo"))
        let stuck = try TestClient(server.port)
        try stuck.send(stuck.head("GET /big"))
        let ended = try TestClient(server.port)
        try ended.send(ended.head("GET /hold"))
        ended.endSending()
        let refused = try TestClient(server.port)
        #expect(try refused.get("/forbidden")?.status == 401)
        _ = await server.journal.wait { $0.filter { $0.hasPrefix("handle") }.count == 4 }
        #expect(try await idleCost(of: server) < 100_000)
        try silent.send(silent.head("GET /echo"))
        #expect(try silent.answer()?.status == 200)
        try await server.release()
        #expect(try held.answer()?.body == "held")
        #expect(try held.answer()?.status == 200)
        #expect(try ended.answer()?.body == "held")
        #expect(try await idleCost(of: server) < 100_000)
    }
}
