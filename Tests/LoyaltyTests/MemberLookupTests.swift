import EventLoop
import FoundationEssentials
import Glibc
import JSON
import SystemCalls
import Testing

@testable import Loyalty

/// Lookups against a real endpoint on loopback that misbehaves in each of the listed ways.
@Suite struct MemberLookupTests {
    private let member = Member(
        id: "good", name: "Marcos Gómez", balance: 257, displayText: "Hola Marcos Gómez, tienes 257 puntos acumulados.")

    @Test func aMemberIsFound() throws {
        let server = try EndpointServer()
        let bench = try LookupBench(server.url()) { $0.headers = [.init(name: "Agora-Version", value: "8.9.3")] }
        #expect(bench.lookup.health.state == .unknown)
        let answer = try bench.ask("good")
        #expect(answer.outcome == .found(member))
        #expect(answer.source == .live)
        #expect(bench.lookup.health.state == .ok)
        let stats = try server.stats()
        #expect(stats.queries == ["_token=12%7CSecr%2BtTokenOf48Letters&ow_account=my-shop_1.x"])
        let headers = try #require(stats.headers.first)
        #expect(headers["Accept"] == "application/json")
        #expect(headers["User-Agent"] == "scanbridge/test")
        #expect(headers["Agora-Version"] == "8.9.3")
        #expect(Set(headers.keys) == ["Host", "Accept", "User-Agent", "Agora-Version"])
    }

    @Test func headersWithoutAValueAreSentToo() throws {
        let server = try EndpointServer()
        let bench = try LookupBench(server.url()) {
            $0.headers = [
                .init(name: "X-Empty", value: ""), .init(name: "X-Blank", value: "  "),
                .init(name: "Accept", value: ""),
                .init(name: "User-Agent", value: ""), .init(name: "X-Last", value: " a: b; "),
            ]
        }
        #expect(try bench.ask("good").outcome == .found(member))
        var headers = try #require(try server.stats().headers.first)
        headers["Host"] = nil
        #expect(headers == ["X-Empty": "", "X-Blank": "", "Accept": "", "User-Agent": "", "X-Last": "a: b;"])
    }

    @Test func theIDArrivesAsItWasScanned() throws {
        let server = try EndpointServer()
        let bench = try LookupBench(server.url())
        let ids = ["00123", "aB", "a/../b", "x?y#z&_token=1", "ñ e\u{301}", "100%"]
        for answer in try bench.ask(ids) { #expect(answer.outcome.status == .found) }
        #expect(try server.stats().ids.sorted() == ids.sorted())
    }

    /// Each way to misbehave, its outcome and its detail. Nothing of the token or the address shows anywhere.
    @Test func eachAnswerHasItsOutcome() throws {
        let server = try EndpointServer()
        let bench = try LookupBench(server.url())
        let expected: [(String, MemberOutcome)] = [
            ("status.400", .rejected(.http(400))), ("status.401", .misconfigured(.http(401))),
            ("status.403", .misconfigured(.http(403))), ("status.404", .notFound),
            ("status.410", .rejected(.http(410))),
            ("status.422", .rejected(.http(422))), ("status.204", .misconfigured(.http(204))),
            ("redirect", .misconfigured(.redirect)), ("html", .misconfigured(.notJSON)),
            ("malformed", .misconfigured(.notJSON)), ("large.200", .misconfigured(.answerTooLarge)),
            ("large.404", .notFound), ("chunked", .misconfigured(.answerTooLarge)),
            ("headers", .misconfigured(.answerTooLarge)), ("truncated.200", .unavailable(.connectionLost)),
            ("truncated.404", .notFound), ("garbage", .misconfigured(.notHTTP)),
            ("lost", .unavailable(.connectionLost)),
            ("reset", .unavailable(.connectionLost)), ("status.503", .unavailable(.http(503))), ("", .rejected(.badID)),
            ("..", .rejected(.badID)),
        ]
        let answers = try bench.ask(expected.map(\.0))
        for (answer, (id, outcome)) in zip(answers, expected) {
            #expect(answer.outcome == outcome, "\(id)")
            var shown = ""
            dump(answer, to: &shown)
            dump(bench.lookup.health, to: &shown)
            for secret in ["Secr", "127.0.0.1", "\(server.port)", "my-shop"] {
                #expect(!shown.contains(secret), "\(id)")
            }
        }
        let stats = try server.stats()
        #expect(stats.elsewhere == 0, "a redirect was followed")
        #expect(!stats.ids.contains(".."))
        // What cannot get better is asked once, what can four times.
        for (id, times) in ["status.401": 1, "html": 1, "garbage": 1, "truncated.200": 4, "status.503": 4] {
            #expect(stats.ids.count { $0 == id } == times, "\(id)")
        }
    }

    /// Alone, so that each request has a connection of its own: on a kept one that ends before its answer began libcurl
    /// itself asks again, up to five times for each request.
    @Test func anAnswerThatNeverBeganIsAskedForFourTimes() throws {
        let server = try EndpointServer()
        let bench = try LookupBench(server.url())
        #expect(try bench.ask("lost").outcome == .unavailable(.connectionLost))
        #expect(try server.stats().ids == Array(repeating: "lost", count: 4))
    }

    @Test func aConnectionIsKeptAndUsedAgain() throws {
        let server = try EndpointServer()
        let bench = try LookupBench(server.url())
        for number in 1...5 { #expect(try bench.ask("good\(number)").outcome.status == .found) }
        // Answers other than 200 keep it too.
        #expect(try bench.ask("status.404").outcome == .notFound)
        let stats = try server.stats()
        #expect(stats.requests == 6)
        #expect(stats.connections == 1)
    }

    @Test func aConnectionThatWasClosedMeanwhileHarmsNothing() throws {
        let server = try EndpointServer()
        let bench = try LookupBench(server.url())
        for number in 1...5 { #expect(try bench.ask("closing.\(number)").outcome.status == .found) }
        #expect(try server.stats().connections == 5)
    }

    @Test func manyAtOnceShareAFewConnections() throws {
        let server = try EndpointServer()
        let bench = try LookupBench(server.url())
        let answers = try bench.ask((1...40).map { "slow.20.\($0)" })
        #expect(answers.allSatisfy { $0.outcome.status == .found })
        let stats = try server.stats()
        #expect(stats.requests == 40)
        #expect(stats.connections <= 8)
    }

    // MARK: Time

    @Test func theSameCardScannedTwentyTimesWhileItHangsIsOneRequest() throws {
        let server = try EndpointServer()
        let bench = try LookupBench(server.url(), timeoutMilliseconds: 2000)
        let answers = try bench.ask(Array(repeating: "hang", count: 20))
        #expect(answers.allSatisfy { $0.outcome == .unavailable(.timeout) })
        #expect(try #require(answers.first).lookupMilliseconds >= 2000)
        #expect(try server.stats().requests == 1)
        #expect(bench.lookup.health.state == .failing)
        // And what comes next is as good as ever.
        #expect(try bench.ask("good").outcome == .found(member))
    }

    @Test(arguments: ["hang", "drip", "slow.5000"])
    func whoNeverEndsIsLeftAtTheDeadline(_ id: String) throws {
        let server = try EndpointServer()
        let bench = try LookupBench(server.url(), timeoutMilliseconds: 300)
        #expect(try bench.ask(id).outcome == .unavailable(.timeout))
    }

    @Test func whileOneHangsOthersAreAnswered() throws {
        let server = try EndpointServer()
        let bench = try LookupBench(server.url(), timeoutMilliseconds: 3000)
        let answers = try bench.ask(["hang", "good", "status.404", "good"])
        #expect(answers.map(\.outcome) == [.unavailable(.timeout), .found(member), .notFound, .found(member)])
    }

    @Test func aSlowAnswerInTimeIsAnAnswer() throws {
        let server = try EndpointServer()
        let bench = try LookupBench(server.url())
        let answer = try bench.ask("slow.300")
        #expect(answer.outcome.status == .found)
        #expect(answer.lookupMilliseconds >= 300)
    }

    @Test func theSameCardTwiceInASecondIsOneRequest() throws {
        let server = try EndpointServer()
        let bench = try LookupBench(server.url())
        #expect(try bench.ask("good").source == .live)
        // On a machine that stands still for a second the answer would be live again, and right too.
        let second = try bench.ask("good")
        #expect(second.outcome == .found(member))
        let requests = try server.stats().requests
        #expect(requests == (second.source == .live ? 2 : 1))
    }

    // MARK: Faults that pass

    @Test(arguments: [("flaky.1", 2), ("flaky.2", 3), ("losing.1", 2), ("limited.1", 2)])
    func whatGetsBetterInTimeIsFound(_ id: String, _ requests: Int) throws {
        let server = try EndpointServer()
        let bench = try LookupBench(server.url())
        #expect(try bench.ask(id).outcome.status == .found)
        #expect(try server.stats().requests == requests)
        #expect(bench.lookup.health.retries == requests - 1)
    }

    @Test func aLongPauseIsRespected() throws {
        let server = try EndpointServer()
        let bench = try LookupBench(server.url())
        #expect(try bench.ask("status.429-3600").outcome == .rateLimited(.http(429)))
        #expect(try bench.ask("good").outcome == .rateLimited(.paused))
        #expect(try server.stats().requests == 1)
    }

    // MARK: No answer

    @Test func nobodyListens() throws {
        // Bound but not listening, so that nobody else gets the port.
        let server = try EndpointServer()
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
        let port = Int(UInt16(bigEndian: address.sin_port))
        let url = server.url().split(separator: "\(server.port)").joined(separator: "\(port)")
        #expect(try LookupBench(url, timeoutMilliseconds: 1000).ask("good").outcome == .unavailable(.refused))
    }

    @Test func aNameThatDoesNotResolve() throws {
        let bench = try LookupBench("https://scanbridge.invalid/{member_id}", timeoutMilliseconds: 3000)
        // Without a network some resolvers take longer than the lookup may.
        #expect([.unavailable(.dns), .unavailable(.timeout)].contains(try bench.ask("good").outcome))
    }

    // MARK: The token

    @Test func theTokenIsReadAgainWhenItsFileChanges() throws {
        let server = try EndpointServer()
        let bench = try LookupBench(server.url())
        #expect(try bench.ask("a").outcome.status == .found)
        try bench.directory.write("13|next", to: "token")
        #expect(try bench.ask("b").outcome.status == .found)
        try systemCall("unlink") { unlink("\(bench.directory.path)/token") }
        #expect(try bench.ask("c").outcome == .misconfigured(.noToken))
        try bench.directory.write("14|last", to: "token")
        #expect(try bench.ask("d").outcome.status == .found)
        try systemCall("chmod") { chmod("\(bench.directory.path)/token", 0o640) }
        #expect(try bench.ask("e").outcome == .misconfigured(.tokenReadable))
        try systemCall("chmod") { chmod("\(bench.directory.path)/token", 0o400) }
        #expect(try bench.ask("f").outcome.status == .found)
        let tokens = try server.stats().queries.map { $0.split(separator: "&")[0] }
        #expect(
            tokens == [
                "_token=12%7CSecr%2BtTokenOf48Letters", "_token=13%7Cnext", "_token=14%7Clast", "_token=14%7Clast",
            ])
    }

    @Test(arguments: [0, 3600, -86_400])
    func theEndpointsClockIsComparedWithThisOne(ahead: Int) throws {
        let server = try EndpointServer()
        let bench = try LookupBench(server.url())
        _ = try bench.ask("a")
        #expect(bench.lookup.health.clockAheadSeconds == nil, "it does not say")
        #expect(try bench.ask("dated.\(ahead)").outcome == .notFound)
        let seconds = try #require(bench.lookup.health.clockAheadSeconds)
        #expect(abs(seconds - ahead) <= 5)
    }

    // MARK: Reload and end

    @Test func afterAReloadTheNewEndpointIsAskedAndTheOldOneAnswersWhatItWasAsked() throws {
        let (old, new) = (try EndpointServer(), try EndpointServer())
        let bench = try LookupBench(old.url())
        var settings = bench.settings
        settings.memberURL = new.url()
        var later: LookupAnswer?
        let first = try bench.ask(["slow.700"]) {
            // The request must be on its way before the reload.
            while try old.stats().requests == 0 { usleep(5000) }
            try bench.lookup.replace(settings: settings, mapping: MappingSettings())
            bench.lookup.lookUp("slow.700", scannedAt: .now()) { later = $0 }
        }
        #expect(first.map(\.outcome.status) == [.found])
        // The new endpoint has as long to answer, and was asked later.
        while later == nil { _ = try bench.ask("status.400") }
        #expect(try bench.ask("good").outcome == .found(member))
        #expect(try old.stats().requests == 0, "the old endpoint was asked again")
        #expect(Set(try new.stats().ids).isSuperset(of: ["good", "slow.700"]))
        #expect(later?.outcome.status == .found)
    }

    @Test func aReloadThatFailsChangesNothing() throws {
        let server = try EndpointServer()
        let bench = try LookupBench(server.url())
        var settings = bench.settings
        settings.memberURL = "http://example.com/{member_id}"
        #expect(throws: SettingFault.self) { try bench.lookup.replace(settings: settings, mapping: MappingSettings()) }
        settings = bench.settings
        let mapping = MappingSettings(namePattern: "(")
        #expect(throws: SettingFault.self) { try bench.lookup.replace(settings: settings, mapping: mapping) }
        #expect(try bench.ask("good").outcome == .found(member))
    }

    @Test func whoWaitsAtTheEndIsTold() throws {
        let server = try EndpointServer()
        let bench = try LookupBench(server.url())
        let answers = try bench.ask(["hang", "hang", "slow.5000"]) {
            while try server.stats().requests == 0 { usleep(5000) }
            bench.lookup.stop()
        }
        #expect(answers.map(\.outcome) == Array(repeating: .unavailable(.stopped), count: 3))
        #expect(try bench.ask("good").outcome == .unavailable(.stopped))
        bench.lookup.stop()
    }
}
