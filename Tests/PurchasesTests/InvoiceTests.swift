import FoundationEssentials
import JSON
import Testing

@testable import Purchases

@Suite("What is read of an invoice, whoever wrote it")
struct InvoiceTests {
    private func invoice(_ text: String) throws -> Invoice { try Invoice(parsing: Array(text.utf8)) }

    private func fault(_ body: [UInt8]) -> InvoiceFault.Code? {
        do throws(InvoiceFault) {
            _ = try Invoice(parsing: body)
            return nil
        } catch {
            return error.code
        }
    }

    private func items(_ count: Int, _ item: (Int) -> String) -> String {
        #"{"InvoiceItems":[\#((0..<count).map(item).joined(separator: ","))]}"#
    }

    @Test(arguments: [
        "", " ", "x", "{", #"{"Serie":"A",}"#, "<html>", "Serie=A", #"{"Serie":"A"} {}"#, "{\"a\":\"\n\"}",
    ])
    func whatIsNoJSON(text: String) {
        #expect(fault(Array(text.utf8)) == .notJSON)
    }

    @Test(
        arguments: [
            [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D], [0xFE, 0xFF, 0, 0x7B, 0, 0x7D], [0x7B, 0x7D, 0],
            Array(#"{"Serie":"\ud800"}"#.utf8), Array(repeating: UInt8(ascii: "["), count: 1_000_000),
        ] as [[UInt8]])
    func whatIsNoText(bytes: [UInt8]) {
        #expect(fault(bytes) == .notJSON)
    }

    @Test(arguments: ["[]", "[{}]", "7", "null", "true", "\"{}\""])
    func whatIsNoObject(text: String) {
        #expect(fault(Array(text.utf8)) == .notAnInvoice)
    }

    /// Anything else is an invoice: what it means is the provider's matter.
    @Test(arguments: [
        "{}", #"{"InvoiceItems":null}"#, #"{"InvoiceItems":{}}"#, #"{"InvoiceItems":[1,"x",null,[],{}]}"#,
        #"{"InvoiceItems":[{"LoyaltyProgram":"x","GlobalId":[]}]}"#,
        #"{"InvoiceItems":[{"LoyaltyProgram":{"MemberId":{}}}]}"#,
        #"{"InvoiceItems":[{"LoyaltyProgram":{"MemberId":true}}]}"#,
        #"{"InvoiceItems":[{"LoyaltyProgram":{"MemberId":""}}]}"#,
        #"{"DocumentType":7,"Serie":{},"Number":[],"Workplace":1}"#,
        #"{"Payments":[],"Totals":"x","Currency":7}"#,
    ])
    func withoutWhatIsLookedFor(text: String) throws {
        let invoice = try invoice(text)
        #expect(invoice.members == [])
        #expect(invoice.globalIDs == [])
        #expect(invoice.sale == "")
        #expect(!invoice.isRefund)
        #expect(invoice.amount == nil)
        #expect(invoice.currency == nil)
    }

    @Test func membersAreBounded() throws {
        func text(_ count: Int) -> [UInt8] {
            Array(items(count) { #"{"LoyaltyProgram":{"MemberId":\#($0)}}"# }.utf8)
        }
        #expect(try Invoice(parsing: text(64)).members == (0..<64).map { "\($0)" })
        #expect(fault(text(65)) == .tooManyMembers)
        // One member on many items is one.
        #expect(try invoice(items(500) { _ in #"{"LoyaltyProgram":{"MemberId":"m"}}"# }).members == ["m"])
    }

    @Test func itemsAreBounded() throws {
        func text(_ count: Int) -> [UInt8] { Array(items(count) { #"{"GlobalId":"g\#($0)"}"# }.utf8) }
        #expect(try Invoice(parsing: text(1024)).globalIDs.count == 1024)
        #expect(fault(text(1025)) == .tooManyMembers)
    }

    /// An id as it stands in the text, and whether it is one.
    @Test(
        arguments: [
            (#""a b|c%""#, "a b|c%"), (#""00012""#, "00012"), ("12", "12"), ("-1", "-1"), ("1.50", "1.5"),
            ("1e3", "1000"),
            ("12345678901234567890123", "12345678901234567890123"), (#""\u00e9""#, "é"), (#""😀""#, "😀"),
            (#""\n""#, nil), (#""a\u0000b""#, nil), (#""a\u007f""#, nil), (#""\u0085""#, nil), (#""\t""#, nil),
            (#""\#(String(repeating: "x", count: 256))""#, String(repeating: "x", count: 256)),
            (#""\#(String(repeating: "x", count: 257))""#, nil), (#""\#(String(repeating: "é", count: 129))""#, nil),
            (#""\#(String(repeating: "x", count: 100_000))""#, nil),
        ] as [(String, String?)])
    func ids(written: String, id: String?) throws {
        let invoice = try invoice(
            #"{"InvoiceItems":[{"GlobalId":\#(written),"LoyaltyProgram":{"MemberId":\#(written)}}]}"#)
        #expect(invoice.members == (id.map { [$0] } ?? []))
        #expect(invoice.globalIDs == (id.map { [$0] } ?? []))
    }

    @Test func idsAreToldApartByTheirBytes() throws {
        let text = items(4) { #"{"LoyaltyProgram":{"MemberId":"\#(["é", "e\u{301}", "E\u{301}", "é"][$0])"}}"# }
        #expect(try invoice(text).members.map { Array($0.utf8).count } == [2, 3, 3])
    }

    @Test(arguments: [
        (#""A""#, "1", "A-1"), ("7", #""8""#, "7-8"), (#""A""#, "null", "A"), ("null", "12", "12"), (#""""#, "1", "-1"),
        (#""a\nb""#, "1", ""), (#""\u009b31m""#, "1", ""),
        (#""\#(String(repeating: "x", count: 126))""#, "1", String(repeating: "x", count: 126) + "-1"),
        (#""\#(String(repeating: "x", count: 127))""#, "1", ""), ("{}", "[]", ""),
    ])
    func labels(series: String, number: String, label: String) throws {
        #expect(try invoice(#"{"Serie":\#(series),"Number":\#(number)}"#).sale == label)
    }

    @Test(
        arguments: [
            (#"{"Payments":[{"Amount":1.10},{"Amount":2.20}],"Totals":{"GrossAmount":9}}"#, "3.3"),
            (#"{"Payments":[{"Amount":"1.10"},{"Amount":"-0.10"}]}"#, "1"),
            (#"{"Payments":[{"Amount":-5}],"DocumentType":"BasicInvoice"}"#, "-5"),
            (#"{"Payments":[{"Amount":0}]}"#, "0"), (#"{"Payments":[{"Amount":-0.00}]}"#, "0"),
            (
                #"{"Payments":[{"Amount":1},{"Amount":"x"}],"InvoiceItems":[{"Payments":[{"Amount":4}]},{"Payments":[{"Amount":5}]}]}"#,
                "9"
            ),
            (#"{"InvoiceItems":[{"Payments":[{"Amount":4}]},{}]}"#, "4"),
            (#"{"Payments":[{}],"InvoiceItems":[{"Payments":[{}]}],"Totals":{"GrossAmount":"7.5"}}"#, "7.5"),
            (#"{"Payments":[{"Amount":"1,5"}]}"#, nil), (#"{"Payments":[{"Amount":""}]}"#, nil),
            (#"{"Payments":[{"Amount":true}]}"#, nil), (#"{"Payments":[{"Amount":"1e5"}]}"#, nil),
            (#"{"Payments":[{"Amount":"\#(String(repeating: "9", count: 41))"}]}"#, nil),
            (#"{"Payments":[{"Amount":"-"}]}"#, nil), (#"{"Payments":[{"Amount":"1-2"}]}"#, nil),
            (#"{"Payments":[{"Amount":"1.2.3"}]}"#, nil), (#"{"Payments":[{"Amount":"."}]}"#, nil),
        ] as [(String, String?)])
    func amounts(text: String, amount: String?) throws {
        #expect(try invoice(text).amount.map { "\($0)" } == amount)
    }

    /// Sums that no number holds are no number, or one that can be written and read again.
    @Test(arguments: ["1e127", "9e120", "1e-120", "-1e127"])
    func immenseAmounts(number: String) throws {
        let payment = #"{"Amount":\#(number)}"#
        guard
            let body = try? invoice(#"{"Payments":[\#(Array(repeating: payment, count: 40).joined(separator: ","))]}"#)
        else { return }
        if let amount = body.amount { #expect(Decimal(string: "\(amount)") == amount) }
    }

    @Test(arguments: [
        ("BasicRefund", true), ("StandardRefund", true), ("basicrefund", true), ("CreditRefund", true),
        ("BasicInvoice", false), ("StandardInvoice", false), ("", false), ("RefundNote", false), ("Refund ", false),
    ])
    func refunds(type: String, isRefund: Bool) throws {
        #expect(try invoice(#"{"DocumentType":"\#(type)"}"#).isRefund == isRefund)
    }

    @Test(
        arguments: [
            (#""EUR""#, "EUR"), (#""""#, ""), (#""123456789""#, nil), (#""E\nR""#, nil), ("978", nil), ("null", nil),
        ] as [(String, String?)])
    func currencies(written: String, currency: String?) throws {
        #expect(try invoice(#"{"Currency":\#(written)}"#).currency == currency)
    }

    /// An invoice is read on a thread that others wait for.
    @Test func hostileInvoicesDoNotTakeLong() {
        let items = items(20_000) { #"{"loyaltyprogram:":{"MEMBERID":"m\#($0 % 64)","x\#($0)":[[[[{}]]]]}}"# }
        let manyNames = "{" + (0..<50_000).map { "\"Payments \($0)\":1" }.joined(separator: ",") + "}"
        let clock = ContinuousClock()
        for text in [items, manyNames] {
            #expect(clock.measure { _ = try? invoice(text) } < .seconds(10))
        }
    }

    @Test func faultsShowNothingOfWhatWasSent() {
        for text in ["SECRET", "[\"SECRET\"]", items(65) { #"{"LoyaltyProgram":{"MemberId":"SECRET\#($0)"}}"# }] {
            do throws(InvoiceFault) {
                _ = try Invoice(parsing: Array(text.utf8))
                Issue.record("it was taken")
            } catch {
                #expect(!"\(error)".contains("SECRET"))
                #expect(!error.message.isEmpty)
            }
        }
    }
}
