import FoundationEssentials
import JSON
import ListenerProtocol
import LoopTesting
import Testing

@testable import ScanbridgeClient

@Suite struct PurchaseTests {
    @Test func aSaleIsHandedIn() throws {
        let path = try temporaryPath()
        let service = try Service(path: path)
        defer { service.stop() }
        var connection = try Connection(socketPath: path)
        let purchase = try connection.purchase(sale: "T-1", member: "m1", amount: Decimal(12.5))
        #expect(purchase.status == "queued")
        #expect(purchase.number == 7)
        #expect(purchase.sale == "T-1")
        #expect(purchase.members == [])
        #expect(purchase.printerText == nil)
        #expect(purchase.reason == nil)
        // With every field, among events and other requests.
        try connection.subscribe()
        service.publish(1...3)
        let refund = try connection.purchase(
            sale: "ñ \"1\"", member: "<m>", amount: -3, currency: "EUR", time: "2026-03-01T09:30:00", refund: true)
        #expect(refund.number == 7)
        #expect(try connection.lookUp("card").status == "found")
    }

    /// What is no purchase is refused by the service, with its own word for it.
    @Test(
        arguments: [
            ("", "m", "1", nil, nil), ("T", "", "1", nil, nil), ("T", "m", "1000000000", nil, nil),
            ("T", "m", "1", "EURO", nil), ("T", "m", "1", nil, "now"),
            (String(repeating: "x", count: 65), "m", "1", nil, nil),
        ] as [(String, String, String, String?, String?)])
    func errorsAreTheServices(sale: String, member: String, amount: String, currency: String?, time: String?) throws {
        let path = try temporaryPath()
        let service = try Service(path: path)
        defer { service.stop() }
        var connection = try Connection(socketPath: path)
        var code: String?
        do {
            _ = try connection.purchase(
                sale: sale, member: member, amount: try #require(Decimal(string: amount)), currency: currency,
                time: time)
        } catch {
            code = (error as? ClientError)?.code
        }
        #expect(code == "bad_request")
        do {
            _ = try connection.request("purchases", ["action": "resend", "purchase": 1])
        } catch {
            code = error.code
        }
        #expect(code == "not_found")
    }

    /// From the service's events to this library's.
    @Test func theirEventsAreRead() throws {
        let path = try temporaryPath()
        let service = try Service(path: path)
        defer { service.stop() }
        var connection = try Connection(socketPath: path)
        try connection.subscribe(types: ["purchase", "balance"])
        _ = try connection.nextEvent(timeoutMilliseconds: 10_000)
        service.publish(
            .purchase(
                PurchaseEvent(
                    status: .accepted, id: 7, sale: "T-1", members: ["m1", "m2"], amount: Decimal(12.5),
                    currency: "EUR",
                    printerText: "Saldo: 5")),
            .scan(ScanEvent(scanID: "x", scannerID: "s", code: "1", lookup: false)),
            .purchase(
                PurchaseEvent(
                    status: .failed, id: nil, sale: "T-2", members: [], amount: nil, isRefund: true, reason: "http_404")
            ),
            .balance(BalanceEvent(member: "m1", old: 10, new: Decimal(22.5), displayText: "Hola", sale: "T-1")),
            .balance(BalanceEvent(member: "m2", old: nil, new: nil, displayText: "", sale: "T-1")))
        var kinds: [ScanbridgeClient.Event.Kind] = []
        for _ in 0..<4 {
            if let event = try connection.nextEvent(timeoutMilliseconds: 10_000) { kinds.append(event.kind) }
        }
        guard kinds.count == 4, case .purchase(let accepted) = kinds[0], case .purchase(let failed) = kinds[1],
            case .balance(let first) = kinds[2], case .balance(let second) = kinds[3]
        else {
            Issue.record("other events: \(kinds)")
            return
        }
        #expect(accepted.status == "accepted")
        #expect(accepted.number == 7)
        #expect(accepted.members == ["m1", "m2"])
        #expect(accepted.amount == Decimal(12.5))
        #expect(accepted.currency == "EUR")
        #expect(!accepted.isRefund)
        #expect(accepted.printerText == "Saldo: 5")
        #expect(accepted.reason == nil)
        #expect(failed.status == "failed")
        #expect(failed.number == nil)
        #expect(failed.amount == nil)
        #expect(failed.isRefund)
        #expect(failed.reason == "http_404")
        #expect(first.member == "m1")
        #expect(first.old == 10)
        #expect(first.new == Decimal(22.5))
        #expect(first.displayText == "Hola")
        #expect(first.sale == "T-1")
        #expect(second.old == nil)
        #expect(second.new == nil)
    }

    /// Fields that are missing or of another type are as if they were not there.
    @Test(arguments: [
        #"{"type":"purchase","seq":1}"#,
        #"{"type":"purchase","seq":1,"status":7,"purchase":"7","sale":{},"members":{},"amount":"1","refund":1,"printer_text":[],"reason":7}"#,
    ])
    func otherVersionsAreTolerated(line: String) throws {
        guard case .purchase(let purchase) = try Event(line: Array(line.utf8)).kind else {
            Issue.record("no purchase")
            return
        }
        #expect(purchase == Purchase(["members": []]))
        #expect(purchase.status == "")
        #expect(purchase.number == nil)
        #expect(purchase.amount == nil)
        guard case .balance(let balance) = try Event(line: Array(#"{"type":"balance","seq":1,"old":"1"}"#.utf8)).kind
        else {
            Issue.record("no balance")
            return
        }
        #expect(balance == Balance([:]))
    }
}
