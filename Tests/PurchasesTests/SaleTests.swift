import FoundationEssentials
import JSON
import SystemCalls
import Testing

@testable import Purchases

@Suite("Sales in few words")
struct SaleTests {
    private static let time = SaleTime(written: "2026-03-01T09:30:00")

    private func sale(
        _ id: String = "T-1", member: String = "m1", amount: Decimal = Decimal(12.5), currency: String? = "EUR",
        isRefund: Bool = false
    ) throws -> Sale {
        Sale(
            sale: id, member: member, amount: amount, currency: currency, time: try #require(Self.time),
            isRefund: isRefund)
    }

    private func stored(_ sale: Sale) -> NewPurchase { sale.purchase(receivedAt: WallTime(microseconds: 5)) }

    @Test(
        arguments: [
            ("T-1", "m1", "12.5", "EUR", false), ("T-1", "m1", "12.5", nil, true), ("1", "0001", "0", "EUR", false),
            ("ñ \"\\/", "<é|%>", "-3.05", "USD", true), ("x", "y", "123456789.99", nil, false),
            (String(repeating: "s", count: 64), String(repeating: "m", count: 128), "0.001", "EUR", false),
        ] as [(String, String, String, String?, Bool)])
    func itsInvoiceSaysTheSame(id: String, member: String, amount: String, currency: String?, isRefund: Bool) throws {
        let sale = try sale(
            id, member: member, amount: try #require(Decimal(string: amount)), currency: currency, isRefund: isRefund)
        let purchase = stored(sale)
        #expect(purchase.sale == id)
        #expect(purchase.members == [member])
        #expect(purchase.amount == amount)
        #expect(purchase.currency == currency)
        #expect(purchase.isRefund == isRefund)
        #expect(purchase.receivedAt == WallTime(microseconds: 5))
        let invoice = try Invoice(parsing: purchase.body)
        #expect(invoice.members == purchase.members)
        #expect(invoice.globalIDs == purchase.globalIDs)
        #expect(invoice.amount.map { "\($0)" } == amount)
        #expect(invoice.currency == currency)
        #expect(invoice.isRefund == isRefund)
        #expect(invoice.sale == "\(id)-1")
    }

    @Test func theInvoiceHasWhatAgorasHas() throws {
        let body = try JSONValue(parsing: stored(try sale()).body)
        #expect(body["Serie"] == "T-1")
        #expect(body["Number"] == 1)
        #expect(body["BusinessDay"] == "2026-03-01")
        #expect(body["Date"] == "2026-03-01T09:30:00")
        #expect(body["DocumentType"] == "BasicInvoice")
        #expect(body["VatIncluded"] == true)
        #expect(body["Totals"]?["GrossAmount"] == .number(Decimal(12.5)))
        #expect(body["Payments"]?.array?.first?["PaidAmount"] == .number(Decimal(12.5)))
        let item = try #require(body["InvoiceItems"]?.array?.first)
        #expect(item["Lines"] == [])
        #expect(item["LoyaltyProgram"] == ["MemberId": "m1", "Rewards": []])
        #expect(item["Totals"] == body["Totals"])
        #expect(item["Payments"] == body["Payments"])
        #expect(try JSONValue(parsing: stored(try sale(isRefund: true)).body)["DocumentType"] == "BasicRefund")
        #expect(try JSONValue(parsing: stored(try sale(currency: nil)).body).object?["Currency"] == nil)
    }

    /// By the till's name for it and nothing else: a sale is the same with another amount, as whoever sends it again may have it.
    @Test func theKeyIsOfTheNameAlone() throws {
        let first = stored(try sale())
        #expect(stored(try sale()).body == first.body)
        for other in [
            try sale(member: "m2"), try sale(amount: 1), try sale(currency: nil),
            Sale(sale: "T-1", member: "m1", amount: 1, currency: nil, time: SaleTime(.now()), isRefund: false),
        ] {
            #expect(stored(other).key == first.key)
            #expect(stored(other).globalIDs == first.globalIDs)
        }
        var keys: Set<SaleKey> = [first.key]
        var ids: Set<String> = Set(first.globalIDs)
        let others = [try sale(isRefund: true), try sale("T-2"), try sale("t-1"), try sale("T-1 "), try sale("")]
        for other in others {
            keys.insert(stored(other).key)
            ids.formUnion(stored(other).globalIDs)
        }
        #expect(keys.count == others.count + 1)
        #expect(ids.count == others.count + 1)
        // For ever: sha256("7:sale-id\n4:sale\n3:T-1\n").
        #expect(first.key.text == "f54a0507291338e61b8547432161f98333464814d58dfbfa540c1e4fb8a63525")
    }

    /// RFC 9562: version 8, and the variant that it describes.
    @Test(arguments: ["T-1", "T-2", "", "ñ", String(repeating: "9", count: 64)])
    func theGlobalIDIsAGUID(id: String) throws {
        let text = try #require(stored(try sale(id)).globalIDs.first)
        #expect(text.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
        #expect(UUID(uuidString: text) != nil)
    }
}
