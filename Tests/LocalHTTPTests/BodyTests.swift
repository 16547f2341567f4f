import LocalHTTP
import LoopTesting
import Testing

@Suite struct BodyTests {
    private static let limit = 1 << 20
    private static let whole = [UInt8](repeating: UInt8(ascii: "x"), count: limit)

    private func chunked(_ body: [UInt8], by size: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = body[...]
        while !rest.isEmpty {
            let piece = rest.prefix(size)
            bytes += TestClient.wire("\(String(piece.count, radix: 16))\n") + piece + TestClient.wire("\n")
            rest = rest.dropFirst(size)
        }
        return bytes + TestClient.wire("0\n\n")
    }

    @Test func aWholeMebibyteIsTaken() async throws {
        let server = try await TestServer()
        let client = try TestClient(server.port)
        #expect(try client.post("/echo", Self.whole)?.body.utf8.count == Self.limit)
        #expect(try client.post("/late", Self.whole)?.body.utf8.count == Self.limit)
    }

    @Test(arguments: [997, 65_536, 1 << 20])
    func aWholeMebibyteInChunksIsTaken(size: Int) async throws {
        let server = try await TestServer()
        let client = try TestClient(server.port)
        for _ in 0..<2 {
            let head = client.head("POST /echo", ["Transfer-Encoding: chunked"])
            try client.send(TestClient.wire(head) + chunked(Self.whole, by: size))
            #expect(try client.answer()?.body.utf8.count == Self.limit)
        }
    }

    @Test func aByteMoreIsRefused() async throws {
        let server = try await TestServer()
        let client = try TestClient(server.port)
        // All of it is sent, whatever the server says meanwhile.
        let answer = try #require(try client.post("/echo", Self.whole + [0]))
        #expect(answer.status == 413)
        #expect(answer.body.hasPrefix(#"{"code":"body_too_large","#))
        #expect(try client.isAtEnd())
        #expect(server.journal.entries == [])
        #expect(try await server.statistics().refused == 1)
    }

    @Test(arguments: [997, 65_536, (1 << 20) + 1])
    func aByteMoreInChunksIsRefused(size: Int) async throws {
        let server = try await TestServer()
        let client = try TestClient(server.port)
        // With an answer in front of it, so that the two must not get mixed.
        #expect(try client.get("/late")?.status == 200)
        let head = client.head("POST /echo", ["Transfer-Encoding: chunked"])
        try client.send(TestClient.wire(head) + chunked(Self.whole + [0], by: size))
        let answer = try #require(try client.answer())
        #expect(answer.status == 413)
        #expect(answer.body.hasPrefix(#"{"code":"body_too_large","#))
        #expect(answer.value("Connection") == "close")
        #expect(answer.value("Content-Type") == "application/json; charset=utf-8")
        #expect(try client.isAtEnd())
        #expect(server.journal.entries == ["admit /late", "handle /late", "admit /echo"])
        #expect(try await server.wait { $0.connections == 0 }.refused == 1)
    }

    @Test func anEndlessBodyEnds() async throws {
        let server = try await TestServer { $0.maximumBodyBytes = 1000 }
        let client = try TestClient(server.port)
        try client.send(client.head("POST /echo", ["Transfer-Encoding: chunked"]))
        let chunk = TestClient.wire("1000\n") + [UInt8](repeating: 0, count: 4096) + TestClient.wire("\n")
        // The server reads on for a while and then resets the connection, which the client sees when it sends.
        #expect(throws: (any Error).self) {
            while true { try client.send(chunk) }
        }
        #expect(try TestClient(server.port).get("/echo")?.status == 200)
    }

    @Test func anEmptyBodyIsOne() async throws {
        let server = try await TestServer()
        let client = try TestClient(server.port)
        #expect(try client.post("/echo", [])?.body == "")
        try client.send(client.head("POST /echo", ["Transfer-Encoding: chunked"]) + "0\n\n")
        #expect(try client.answer()?.body == "")
        try client.send(client.head("POST /echo"))
        #expect(try client.answer()?.body == "")
    }

    @Test func smallLimitsHold() async throws {
        let server = try await TestServer { $0.maximumBodyBytes = 0 }
        #expect(try TestClient(server.port).post("/echo", [])?.status == 200)
        #expect(try TestClient(server.port).post("/echo", [1])?.status == 413)
    }
}
