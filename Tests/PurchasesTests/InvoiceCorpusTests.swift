import FoundationEssentials
import JSON
import SystemCalls
import Testing

@testable import Purchases

/// The invoices of `Tests/Invoices`, each with what it is expected to say; `check.py` there tells what that means.
@Suite("Invoices as tills write them")
struct InvoiceCorpusTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let body: [UInt8]
        let expected: JSONValue

        var testDescription: String { name }
    }

    private static let directory =
        "/" + String(#filePath).split(separator: "/").dropLast(2).joined(separator: "/") + "/Invoices"

    private static let cases: [Case] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.filter { $0.hasSuffix(".json") && !$0.hasSuffix(".expected.json") }.sorted().compactMap { name in
            let stem = name.dropLast(".json".count)
            guard let body = FileManager.default.contents(atPath: "\(directory)/\(name)"),
                let text = FileManager.default.contents(atPath: "\(directory)/\(stem).expected.json"),
                let expected = try? JSONValue(parsing: Array(text))
            else { return nil }
            return Case(name: name, body: Array(body), expected: expected)
        }
    }()

    @Test func allOfThemAreThere() {
        #expect(Self.cases.count == 30)
    }

    @Test(arguments: cases)
    func saysWhatIsExpected(of row: Case) throws {
        let invoice = try Invoice(parsing: row.body)
        #expect(invoice.sale == row.expected["sale"]?.string)
        #expect(invoice.isRefund == row.expected["refund"]?.bool)
        #expect(.array(invoice.members.map { .string($0) }) == row.expected["members"])
        #expect(.array(invoice.globalIDs.map { .string($0) }) == row.expected["global_ids"])
        #expect(invoice.amount.map { "\($0)" } == row.expected["amount"]?.string)
        #expect(invoice.currency == nil)
    }

    @Test(arguments: cases)
    func isStoredByteForByteWithItsFacts(of row: Case) throws {
        let invoice = try Invoice(parsing: row.body)
        let purchase = invoice.purchase(row.body, receivedAt: .init(microseconds: 7))
        #expect(purchase.body == row.body)
        #expect(purchase.key == invoice.key)
        #expect(purchase.sale == invoice.sale)
        #expect(purchase.members == invoice.members)
        #expect(purchase.globalIDs == invoice.globalIDs)
        #expect(purchase.isRefund == invoice.isRefund)
        #expect(purchase.amount == row.expected["amount"]?.string)
        #expect(purchase.receivedAt == .init(microseconds: 7))
    }

    @Test func eachIsASaleOfItsOwn() throws {
        let keys = try Self.cases.map { try Invoice(parsing: $0.body).key }
        #expect(Set(keys).count == keys.count)
    }

    /// Written anew with its fields in another order and without any of its spaces, it is the same sale.
    @Test(arguments: cases)
    func isKnownAgainInAnotherOrder(_ row: Case) throws {
        var writer = JSONWriter()
        writer.value(try JSONValue(parsing: row.body))
        #expect(writer.bytes != row.body)
        let again = try Invoice(parsing: writer.bytes)
        let invoice = try Invoice(parsing: row.body)
        #expect(again.key == invoice.key)
        #expect(again.members == invoice.members)
        #expect(again.amount == invoice.amount)
    }

    /// What one venue calls a sale says nothing of another's.
    @Test(arguments: cases)
    func isAnotherSaleAtAnotherVenue(_ row: Case) throws {
        var members = try #require(try JSONValue(parsing: row.body).object)
        members = members.filter { $0.key.lowercased() != "workplace" }
        var keys = [try Invoice(parsing: row.body).key]
        for id in ["venue A", "venue B"] as [JSONValue] {
            members["Workplace"] = ["Id": id]
            var writer = JSONWriter()
            writer.value(.object(members))
            keys.append(try Invoice(parsing: writer.bytes).key)
        }
        #expect(Set(keys).count == 3)
    }
}
