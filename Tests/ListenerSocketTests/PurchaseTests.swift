import FoundationEssentials
import JSON
import ListenerProtocol
import Testing

@testable import ListenerSocket

@Suite struct PurchaseTests {
    private static let sale = #""method":"purchase","params":{"sale":"T-1","member":"m","amount":1}"#

    @Test func requestsAreAnsweredByWhoCarriesThemOut() throws {
        let service = try Service()
        defer { service.stop() }
        let client = try TestClient(service.path)
        client.write("{\"id\":1,\(Self.sale)}\n{\"id\":2,\"method\":\"purchases\"}\n")
        #expect(
            client.readLine()
                == ["type": "reply", "id": 1, "status": "queued", "purchase": 7, "sale": "T-1"])
        #expect(
            client.readLine()
                == ["type": "error", "id": 2, "code": "not_found", "message": "there is none"])
        client.write("{\"id\":3,\"method\":\"purchase\",\"params\":{\"invoice\":{}}}")
        client.shutWriting()
        #expect(client.readToEnd().map { $0["purchase"] } == [7])
    }

    /// An invoice as long as a line may be, and one that is longer than any.
    @Test(arguments: [(65_000, true), (66_000, false)])
    func anInvoiceIsAsLongAsALineMayBe(count: Int, isTaken: Bool) throws {
        let service = try Service()
        defer { service.stop() }
        let client = try TestClient(service.path)
        let invoice = "{\"x\":\"" + String(repeating: "x", count: count) + "\"}"
        client.write("{\"id\":1,\"method\":\"purchase\",\"params\":{\"invoice\":\(invoice)}}\n")
        let line = client.readLine()
        #expect(line?["status"] == (isTaken ? "queued" : nil))
        #expect(line?.code == (isTaken ? nil : "line_too_long"))
    }

    /// Lookups that nobody answers leave no place for a purchase, and one that is answered does.
    @Test func waitingRequestsAreCountedTogether() throws {
        let service = try Service()
        defer { service.stop() }
        let client = try TestClient(service.path)
        let other = try TestClient(service.path)
        for id in 1...16 { client.write("{\"id\":\(id),\"method\":\"lookup\",\"params\":{\"id\":\"slow\"}}\n") }
        client.write("{\"id\":17,\(Self.sale)}\n{\"id\":18,\"method\":\"purchases\"}\n")
        #expect(client.readLine()?.code == "too_many_requests")
        #expect(client.readLine()?.code == "too_many_requests")
        // Each connection has its own.
        other.write("{\"id\":1,\(Self.sale)}\n")
        #expect(other.readLine()?["status"] == "queued")
        service.answerLookups("found")
        for _ in 1...16 { #expect(client.readLine()?["status"] == "found") }
        client.write("{\"id\":19,\(Self.sale)}\n")
        #expect(client.readLine()?["status"] == "queued")
    }

    @Test func manyPurchasesInOneWriteAreAllAnswered() throws {
        let service = try Service()
        defer { service.stop() }
        let client = try TestClient(service.path)
        client.write((1...200).map { "{\"id\":\($0),\(Self.sale)}\n" }.joined())
        #expect((1...200).map { _ in client.readLine()?["id"]?.integer } == (1...200).map { Int64($0) })
    }

    @Test func eventsGoToWhoAsksForThem() throws {
        let service = try Service()
        defer { service.stop() }
        let client = try TestClient(service.path)
        client.subscribe("\"types\":[\"purchase\",\"balance\"]")
        #expect(client.readLine()?["types"] == ["purchase", "balance"])
        #expect(client.readLine()?.type == "snapshot")
        _ = service.onLoop { server in
            server.publish(.scan(ScanEvent(scanID: "x", scannerID: "s", code: "1", lookup: false)))
            server.publish(.purchase(PurchaseEvent(status: .queued, id: 7, sale: "T-1", members: ["m"], amount: 1)))
            server.publish(.balance(BalanceEvent(member: "m", old: nil, new: 5, displayText: "Hola", sale: "T-1")))
        }
        let purchase = client.readLine()
        #expect(purchase?.seq == 2)
        #expect(purchase?["status"] == "queued")
        let balance = client.readLine()
        #expect(balance?.seq == 3)
        #expect(balance?["new"] == 5)
    }
}
