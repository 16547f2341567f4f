import EventLoop
import Glibc
import LocalHTTP
import LoopTesting
import SystemCalls
import Testing

@Suite struct RequestTests {
    @Test func answersWithItsFields() async throws {
        let server = try await TestServer()
        let client = try TestClient(server.port)
        let answer = try #require(try client.post("/echo", Array("hello".utf8)))
        #expect(answer.status == 200)
        #expect(answer.body == "hello")
        #expect(answer.value("Content-Type") == "application/json; charset=utf-8")
        #expect(answer.value("Content-Length") == "5")
        #expect(answer.value("Cache-Control") == "no-store")
        #expect(answer.value("X-Content-Type-Options") == "nosniff")
        #expect(answer.value("X-Method") == "POST")
        #expect(!answer.head.lowercased().contains("access-control"))
        #expect(server.journal.entries == ["admit /echo", "handle /echo"])
    }

    @Test func theTargetIsAsItWasSent() async throws {
        let server = try await TestServer()
        let client = try TestClient(server.port)
        #expect(try client.get("/target?a=%2F&b?c+%41")?.body == "/target a=%2F&b?c+%41")
        #expect(try client.get("/target?")?.body == "/target ")
        #expect(try client.get("/target")?.body == "/target -")
        #expect(try client.get("/%74arget/../x")?.status == 200)
        #expect(server.journal.entries.last == "handle /%74arget/../x")
    }

    @Test func aConnectionIsKept() async throws {
        let server = try await TestServer()
        let client = try TestClient(server.port)
        for number in 0..<50 {
            #expect(try client.post("/echo", Array("\(number)".utf8))?.body == "\(number)")
        }
        #expect(try await server.statistics().connections == 1)
        #expect(try client.get("/echo", ["Connection: close"])?.status == 200)
        #expect(try client.isAtEnd())
        #expect(try await server.wait { $0.connections == 0 }.requests == 51)
    }

    @Test(arguments: ["/echo", "/late"])
    func requestsInOneWriteAreAnsweredInTheirOrder(path: String) async throws {
        let server = try await TestServer()
        let client = try TestClient(server.port)
        let count = 40
        let requests = (0..<count).map { number in
            client.head("POST \(path)", ["Content-Length: 2"]) + "\(number + 10)"
        }
        try client.send(requests.joined())
        for number in 0..<count { #expect(try client.answer()?.body == "\(number + 10)") }
    }

    @Test func theLastOfSeveralIsAnsweredThoughTheClientHasSentItsEnd() async throws {
        let server = try await TestServer()
        let client = try TestClient(server.port)
        try client.send(client.head("GET /late") + client.head("GET /late") + client.head("GET /echo"))
        client.endSending()
        for _ in 0..<3 { #expect(try client.answer()?.status == 200) }
        #expect(try client.isAtEnd())
    }

    @Test(arguments: [
        "Content-Length: 5\n\nhello", "Transfer-Encoding: chunked\n\n2\nhe\n3\nllo\n0\nTrailer: t\n\n",
    ])
    func aRequestMayBeCutAnywhere(rest: String) async throws {
        let server = try await TestServer()
        let client = try TestClient(server.port)
        let bytes = TestClient.wire("POST /echo HTTP/1.1\nHost: localhost:\(server.port)\n" + rest)
        for place in 1..<bytes.count {
            try client.send(Array(bytes[..<place]))
            // The server has to see the first part alone, at least most times.
            try await server.thread.settle()
            try client.send(Array(bytes[place...]))
            #expect(try client.answer()?.body == "hello", "cut at \(place)")
        }
        for byte in bytes { try client.send([byte]) }
        #expect(try client.answer()?.body == "hello")
    }

    @Test func aRequestIsAnsweredThoughTheClientHasSentItsEnd() async throws {
        let server = try await TestServer()
        for path in ["/echo", "/late", "/hold"] {
            let client = try TestClient(server.port)
            try client.send(client.head("GET \(path)"))
            client.endSending()
            if path == "/hold" {
                _ = await server.journal.wait { $0.last == "handle /hold" }
                try await server.thread.settle()
                try await server.release()
            }
            #expect(try client.answer()?.status == 200, "\(path)")
            #expect(try client.isAtEnd())
        }
    }

    @Test(arguments: [1, 3])
    func anEndThatComesWithTheRequestsIsSeen(count: Int) async throws {
        let server = try await TestServer()
        let client = try TestClient(server.port)
        _ = try await server.wait { $0.connections == 1 }
        // The loop stands still until all of it is there.
        let isSent = Journal<Bool>()
        server.thread.loop.post {
            for _ in 0..<30_000 where isSent.entries.isEmpty { usleep(1000) }
        }
        for _ in 0..<count { try client.send(client.head("GET /echo")) }
        client.endSending()
        isSent.append(true)
        for _ in 0..<count { #expect(try client.answer()?.status == 200) }
        #expect(try client.isAtEnd())
    }

    @Test func http10() async throws {
        let server = try await TestServer()
        let client = try TestClient(server.port)
        try client.send("POST /echo HTTP/1.0\nHost: 127.0.0.1:\(server.port)\nContent-Length: 2\n\nhi")
        #expect(try client.answer()?.body == "hi")
        #expect(try client.isAtEnd())
        let kept = try TestClient(server.port)
        for _ in 0..<2 {
            try kept.send("GET /late HTTP/1.0\nHost: 127.0.0.1:\(server.port)\nConnection: Keep-Alive\n\n")
            #expect(try kept.answer()?.status == 200)
        }
    }

    @Test func headHasNoBody() async throws {
        let server = try await TestServer()
        let client = try TestClient(server.port)
        for _ in 0..<3 {
            try client.send(client.head("HEAD /target"))
            let answer = try #require(try client.answer(toHEAD: true))
            #expect(answer.status == 200)
            #expect(answer.value("Content-Length") == "9")
        }
        // Whatever had come as a body would stand in front of this.
        #expect(try client.get("/target")?.body == "/target -")
        #expect(try client.get("/empty")?.status == 204)
        #expect(try client.get("/target")?.body == "/target -")
    }

    @Test func continues() async throws {
        let server = try await TestServer()
        let client = try TestClient(server.port)
        for _ in 0..<3 {
            try client.send(client.head("POST /echo", ["Content-Length: 5", "Expect: 100-continue"]))
            #expect(try client.answer()?.status == 100)
            try client.send("hello")
            #expect(try client.answer()?.body == "hello")
        }
        try client.send(client.head("POST /echo", ["Transfer-Encoding: chunked", "Expect: 100-Continue"]))
        #expect(try client.answer()?.status == 100)
        try client.send("5\nhello\n0\n\n")
        #expect(try client.answer()?.body == "hello")
    }

    @Test func listensOnIPv6() async throws {
        let server: TestServer
        do {
            server = try await TestServer(at: "[::1]:0")
        } catch let error as SystemError where error.call == "socket" || error.call == "bind" {
            // This machine has no IPv6.
            return
        }
        #expect(server.port != 0)
    }

    @Test func aPortIsOneServers() async throws {
        let server = try await TestServer()
        await #expect(throws: SystemError(call: "bind", errno: 98)) {
            _ = try await TestServer(at: "127.0.0.1:\(server.port)")
        }
        _ = try #require(try TestClient(server.port).get("/echo"))
        try await server.stop()
        // Connections that are still being closed do not keep the port.
        let next = try await TestServer(at: "127.0.0.1:\(server.port)")
        #expect(try TestClient(next.port).get("/echo")?.status == 200)
    }

    @Test func fieldsOfOneNameAreFoundInAnyCase() {
        let head = HTTPHead(
            method: "GET", path: "/", headers: [("Accept", "a"), ("ACCEPT", "b"), ("Accept-Charset", "c")])
        #expect(head.values("accept") == ["a", "b"])
        #expect(head.values("missing") == [])
    }
}
