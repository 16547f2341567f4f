import Glibc
import JSON
import SystemCalls
import Testing

@testable import Loyalty

/// Invoices that are posted to a real endpoint on loopback that misbehaves in each of the listed ways.
@Suite struct InvoiceSenderTests {
    private func answer(
        _ status: Int, _ body: String = "", isTooLarge: Bool = false, retryAfter: Int? = nil
    ) -> InvoiceSender.End {
        .answer(status: status, body: Array(body.utf8), isTooLarge: isTooLarge, retryAfterSeconds: retryAfter)
    }

    @Test func anInvoiceIsPosted() throws {
        let server = try EndpointServer()
        let bench = try SenderBench(server.purchaseURL("says.200")) {
            $0.headers = [.init(name: "Agora-Version", value: "8.9.3"), .init(name: "X-Empty", value: "")]
        }
        let invoice = Array(#"{ "Serie" : "T" , "é" : 1.50 }"#.utf8)
        let end = try bench.send(invoice, key: "0123456789abcdef")
        #expect(end == answer(200, #"{"Status": "accepted", "PrinterText": "Saldo: 5 \u20ac"}"#))
        let stats = try server.stats()
        #expect(stats.methods == ["POST"])
        #expect(stats.bodies == [invoice])
        #expect(stats.queries == ["_token=12%7CSecr%2BtTokenOf48Letters&ow_account=my-shop_1.x"])
        var headers = try #require(stats.headers.first)
        headers["Host"] = nil
        // Nothing else, and no `Expect`, for whose answer libcurl would wait.
        #expect(
            headers == [
                "User-Agent": "scanbridge/test", "Accept": "application/json", "Content-Type": "application/json",
                "Content-Length": .string("\(invoice.count)"), "Idempotency-Key": "0123456789abcdef",
                "Agora-Version": "8.9.3", "X-Empty": "",
            ])
    }

    @Test func configuredHeadersStandForItsOwn() throws {
        let server = try EndpointServer()
        let bench = try SenderBench(server.purchaseURL("says.200")) {
            $0.headers = [
                .init(name: "CONTENT-TYPE", value: "application/json; charset=utf-8"),
                .init(name: "accept", value: "*/*"),
            ]
        }
        _ = try bench.send()
        let headers = try #require(try server.stats().headers.first)
        #expect(headers["CONTENT-TYPE"] == "application/json; charset=utf-8")
        #expect(headers["accept"] == "*/*")
        #expect(headers["Content-Type"] == nil)
        #expect(headers["Accept"] == nil)
    }

    /// Every byte, and as many as a long invoice has; none of them makes libcurl ask first whether it may send them.
    @Test(arguments: [1, 1024, 1025, 65_536, 1_048_576, 1_048_577])
    func theBodyArrivesByteForByte(count: Int) throws {
        let server = try EndpointServer()
        let bench = try SenderBench(server.purchaseURL("says.200"))
        let invoice = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        guard case .answer(200, _, false, nil) = try bench.send(invoice) else {
            Issue.record("not taken")
            return
        }
        let stats = try server.stats()
        #expect(stats.bodies == [invoice])
        #expect(stats.headers.first?["Expect"] == nil)
    }

    /// An answer's body may say why, whatever its status; and each is asked for once: to try again is the machine's to decide.
    @Test(arguments: [200, 201, 400, 401, 404, 409, 422, 429, 500, 503])
    func answersComeWithTheirBodies(status: Int) throws {
        let server = try EndpointServer()
        let bench = try SenderBench(server.purchaseURL("says.\(status)"))
        let word = status == 200 ? "accepted" : "rejected"
        #expect(try bench.send() == answer(status, #"{"Status": "\#(word)", "PrinterText": "Saldo: 5 \u20ac"}"#))
        #expect(try server.stats().requests == 1)
    }

    @Test func eachWayToMisbehaveHasItsEnd() throws {
        let server = try EndpointServer()
        let rows: [(String, InvoiceSender.End)] = [
            ("status.204", answer(204)), ("status.429-7", answer(429, "{}", retryAfter: 7)),
            ("status.503-3600", answer(503, "{}", retryAfter: 3600)), ("redirect", answer(302)),
            ("html", answer(200, "<!DOCTYPE html><title>Login</title>")),
            ("truncated.200", .failed(.connectionLost)), ("garbage", .failed(.notHTTP)),
            ("lost", .failed(.connectionLost)),
            ("reset", .failed(.connectionLost)), ("headers", answer(200, isTooLarge: true)),
            // Of any other status the status says all, even if the connection did not last.
            ("truncated.404", answer(404, #"{"MemberId": "x"}"#)),
        ]
        for (kind, end) in rows {
            let bench = try SenderBench(server.purchaseURL(kind))
            let found = try bench.send()
            #expect(found == end, "\(kind)")
            for secret in ["Secr", "127.0.0.1", "my-shop"] { #expect(!"\(found)".contains(secret)) }
        }
        #expect(try server.stats().elsewhere == 0, "a redirect was followed")
    }

    @Test(arguments: ["large.200", "large.404", "chunked"])
    func aLongAnswerIsCutOff(kind: String) throws {
        let server = try EndpointServer()
        let bench = try SenderBench(server.purchaseURL(kind))
        guard case .answer(let status, let body, true, nil) = try bench.send() else {
            Issue.record("it is no answer that is too large")
            return
        }
        #expect(status == (kind == "large.404" ? 404 : 200))
        #expect(body.count <= 256 * 1024)
    }

    @Test(arguments: ["hang", "drip", "slow.5000"])
    func whoNeverEndsIsLeftInTime(kind: String) throws {
        let server = try EndpointServer()
        let bench = try SenderBench(server.purchaseURL(kind))
        #expect(try bench.send(timeoutMilliseconds: 300) == .failed(.timeout))
        #expect(try server.stats().requests == 1)
    }

    @Test func nobodyListens() throws {
        // Bound but not listening, so that nobody else gets the port.
        let socket = Descriptor(owning: try systemCall("socket") { Glibc.socket(AF_INET, streamSocket, 0) })
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let number = socket.number
        try withUnsafeMutablePointer(to: &address) { address in
            try address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                try systemCall("bind") { bind(number, address, length) }
                try systemCall("getsockname") { getsockname(number, address, &length) }
            }
        }
        let bench = try SenderBench("http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))/")
        #expect(try bench.send() == .failed(.refused))
    }

    @Test func withoutATokenNothingIsSent() throws {
        let server = try EndpointServer()
        let bench = try SenderBench(server.purchaseURL("says.200"))
        try systemCall("unlink") { unlink("\(bench.directory.path)/token") }
        #expect(try bench.send() == .failed(.noToken))
        #expect(try server.stats().requests == 0)
        // It is looked for each time.
        try bench.directory.write("13|next", to: "token")
        _ = try bench.send()
        #expect(try server.stats().queries == ["_token=13%7Cnext&ow_account=my-shop_1.x"])
    }

    @Test func onlyTheRightCertificateIsTrusted() throws {
        let certificates = try Certificates()
        let server = try EndpointServer(certificate: try certificates.pair(for: "IP:127.0.0.1"))
        let url = server.purchaseURL("says.200", scheme: "https")
        let trusting = try SenderBench(url) { $0.caFile = certificates.authority }
        guard case .answer(200, _, false, nil) = try trusting.send(Array("{}".utf8)) else {
            Issue.record("not taken")
            return
        }
        #expect(try SenderBench(url).send() == .failed(.certificate))
    }

    @Test func manyAtOnceEndEachOnce() throws {
        let server = try EndpointServer()
        let bench = try SenderBench(server.purchaseURL("slow.20"))
        let attempts = (0..<40).map { bench.start(Array("{\"n\":\($0)}".utf8), key: "k\($0)") }
        for attempt in attempts {
            guard case .answer(200, _, false, nil) = try bench.end(of: attempt) else {
                Issue.record("\(attempt)")
                return
            }
        }
        #expect(bench.endCount == 40)
        let stats = try server.stats()
        #expect(stats.connections <= 8)
        let pairs = Set(
            zip(stats.headers, stats.bodies).map {
                "\($0["Idempotency-Key"]?.string ?? "") \(String(decoding: $1, as: UTF8.self))"
            })
        #expect(pairs == Set((0..<40).map { "k\($0) {\"n\":\($0)}" }))
    }
}
