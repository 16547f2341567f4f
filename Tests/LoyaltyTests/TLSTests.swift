import Testing

@testable import Loyalty

/// Lookups over TLS, with a certificate authority of the test's own.
@Suite struct TLSTests {
    @Test func onlyTheRightCertificateIsTrusted() throws {
        let certificates = try Certificates()
        let good = try certificates.pair(for: "IP:127.0.0.1")
        let cases: [(Certificates.Pair, String, MemberOutcome.Status, OutcomeDetail)] = [
            (good, certificates.authority, .found, .http(200)),
            // Signed by nobody whom the system trusts.
            (good, "", .unavailable, .certificate),
            (
                try certificates.pair(for: "IP:127.0.0.1", isExpired: true), certificates.authority, .unavailable,
                .certificate
            ),
            (try certificates.pair(for: "DNS:other.example"), certificates.authority, .unavailable, .certificate),
            (try certificates.selfSignedPair(), certificates.authority, .unavailable, .certificate),
            (good, "/nonexistent/ca.pem", .misconfigured, .caFile),
        ]
        for (pair, authority, status, detail) in cases {
            let server = try EndpointServer(certificate: pair)
            let bench = try LookupBench(server.url(scheme: "https")) { $0.caFile = authority }
            let outcome = try bench.ask("good").outcome
            #expect(outcome.status == status)
            #expect(outcome.detail == detail)
            // A certificate does not get better within a lookup.
            #expect(bench.lookup.health.attempts == 1)
        }
    }

    @Test func aConnectionIsKeptOverTLSToo() throws {
        let certificates = try Certificates()
        let server = try EndpointServer(certificate: try certificates.pair(for: "IP:127.0.0.1"))
        let bench = try LookupBench(server.url(scheme: "https")) { $0.caFile = certificates.authority }
        for number in 1...3 { #expect(try bench.ask("good\(number)").outcome.status == .found) }
        let closing = try (1...3).map { try bench.ask("closing.\($0)").outcome.status }
        #expect(closing == [.found, .found, .found])
    }

    @Test func anEndpointWithoutTLSIsNotSpokenTo() throws {
        let server = try EndpointServer()
        let bench = try LookupBench(server.url(scheme: "https"), timeoutMilliseconds: 1000)
        #expect(try bench.ask("good").outcome.status == .unavailable)
        #expect(try server.stats().requests == 0)
    }
}
