import Glibc
import Testing

@testable import Loyalty

@Suite struct InvoiceSenderLifeTests {
    @Test func afterAReloadTheNextInvoiceGoesToTheNewAddress() throws {
        let (old, new) = (try EndpointServer(), try EndpointServer())
        let bench = try SenderBench(old.purchaseURL("slow.500"))
        let first = bench.start(Array("1".utf8))
        while try old.stats().requests == 0 { usleep(5000) }
        var settings = bench.settings
        settings.purchaseURL = new.purchaseURL("says.200")
        try bench.sender?.replace(settings: settings)
        guard case .answer(200, _, false, nil) = try bench.send(Array("2".utf8)) else {
            Issue.record("not taken")
            return
        }
        // What was under way ends as it began.
        guard case .answer(200, let body, false, nil) = try bench.end(of: first) else {
            Issue.record("not taken")
            return
        }
        #expect(!body.isEmpty)
        #expect(try new.stats().bodies == [Array("2".utf8)])
        #expect(try old.stats().requests == 0)
    }

    /// A reload that leaves a descriptor behind would in time use up what a process may have. In a process of its own, which may have few.
    @Test func manyReloadsLeaveNothingOpen() async {
        await #expect(processExitsWith: .success) {
            let server = try EndpointServer()
            let bench = try SenderBench(server.purchaseURL("says.200"))
            var few = rlimit(rlim_cur: 128, rlim_max: 128)
            #expect(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &few) == 0)
            for number in 0..<400 {
                try bench.sender?.replace(settings: bench.settings)
                if number % 50 == 0 { _ = try bench.send() }
            }
            guard case .answer(200, _, false, nil) = try bench.send() else {
                Issue.record("not taken")
                return
            }
        }
    }

    @Test func aReloadThatFailsChangesNothing() throws {
        let server = try EndpointServer()
        let bench = try SenderBench(server.purchaseURL("says.200"))
        for url in ["http://example.com/", "https://h/{member_id}", "", nil] {
            var settings = bench.settings
            settings.purchaseURL = url
            let fault = #expect(throws: SettingFault.self) { try bench.sender?.replace(settings: settings) }
            #expect(fault?.key == "endpoint.purchase_url")
        }
        guard case .answer(200, _, false, nil) = try bench.send() else {
            Issue.record("not taken")
            return
        }
    }

    @Test func withoutAnAddressThereIsNoSender() throws {
        let fault = #expect(throws: SettingFault.self) {
            _ = try SenderBench("https://h/") { $0.purchaseURL = nil }
        }
        #expect(fault?.key == "endpoint.purchase_url")
    }

    @Test func afterTheEndNothingIsHeard() throws {
        let server = try EndpointServer()
        let bench = try SenderBench(server.purchaseURL("slow.300"))
        _ = bench.start()
        while try server.stats().requests == 0 { usleep(5000) }
        bench.sender?.stop()
        bench.sender?.stop()
        _ = bench.start()
        try bench.rest(milliseconds: 600)
        #expect(bench.endCount == 0)
        #expect(try server.stats().requests == 0)
    }
}
