import FoundationEssentials
import JSON
import Testing

@testable import ListenerProtocol

@Suite struct PurchaseRequestTests {
    private func message(_ peer: inout Peer) -> String? {
        let lines = peer.lines()
        #expect(lines.count == 1)
        #expect(lines.first?.type == "error")
        #expect(lines.first?["id"] == 1)
        #expect(lines.first?.code == "bad_request")
        return lines.first?["message"]?.string
    }

    private func purchase(_ parameters: String) -> String {
        "{\"id\":1,\"method\":\"purchase\",\"params\":\(parameters)}\n"
    }

    /// What the provider gets is what stood in the line, to the byte.
    @Test(arguments: [
        "{}", #"{"Serie":"T","Number":1.50}"#, #"{ "a" : [ 1 , 2 ],  "b":{ "c" : null } }"#,
        #"{"a":"\u00e9\/\"}{","b":"é😀","n":1e2}"#, #"{"a":1,"a":2}"#, "{\t\"a\":\t0.10\r}",
        #"{"invoice":{"invoice":{}}}"#, #"{"params":{"invoice":[]}}"#,
    ])
    func anInvoiceIsTakenByteForByte(invoice: String) {
        for line in [
            "{\"id\":1,\"method\":\"purchase\",\"params\":{\"invoice\":\(invoice)}}",
            " { \"params\" : { \"sale\":\"x\", \"invoice\" :  \(invoice)  , \"z\":{} } , \"method\":\"purchase\" } ",
            "{\"method\":\"purchase\",\"params\":{\"invoice\":{\"old\":1},\"\\u0069nvoice\":\(invoice)}}",
            "{\"params\":{\"invoice\":7},\"method\":\"purchase\",\"params\":{\"invoice\":\(invoice)},\"invoice\":{\"no\":1}}",
            "\u{FEFF}{\"method\":\"purchase\",\"params\":{\"invoice\":\(invoice)}}",
        ] {
            var peer = Peer()
            // Behind another line, so that this one does not begin where the bytes do.
            peer.write("{\"method\":\"ping\"}\n\(line)\r\n{\"method\":\"ping\"}\n")
            #expect(peer.purchases.map(\.parameters) == [.invoice(Array(invoice.utf8))])
        }
    }

    @Test func aLongInvoiceIsTakenWholeHoweverItIsCut() {
        let invoice = "{\"x\":\"" + String(repeating: "é ", count: 20_000) + "\"}"
        let line = Array(purchase("{\"invoice\":\(invoice)}").utf8)
        for piece in [1000, 4096, 65_536] {
            var peer = Peer()
            for start in stride(from: 0, to: line.count, by: piece) {
                peer.write(bytes: Array(line[start..<min(start + piece, line.count)]))
            }
            #expect(peer.purchases.map(\.parameters) == [.invoice(Array(invoice.utf8))])
        }
    }

    @Test(arguments: [#""{}""#, "[]", "[{}]", "7", "true"])
    func anInvoiceIsAnObject(invoice: String) {
        var peer = Peer()
        peer.write(purchase("{\"invoice\":\(invoice),\"sale\":\"T\",\"member\":\"m\",\"amount\":1}"))
        #expect(message(&peer)?.hasPrefix("`invoice` is an object; `params` is {\"invoice\":{…}}") == true)
        #expect(peer.purchases.isEmpty)
    }

    @Test func aSaleIsTakenWithAllItsFields() throws {
        var peer = Peer()
        peer.write(
            purchase(
                #"{"sale":"T-1","member":"<m 1>","amount":-12.50,"currency":"EUR","time":"2026-03-01T09:30:00","refund":true,"later":1}"#
            ))
        guard case .sale(let sale) = peer.purchases.first?.parameters else {
            Issue.record("no sale")
            return
        }
        #expect(sale.sale == "T-1")
        #expect(sale.member == "<m 1>")
        #expect(sale.amount == Decimal(string: "-12.5"))
        #expect(sale.currency == "EUR")
        #expect(sale.time == "2026-03-01T09:30:00")
        #expect(sale.isRefund)
    }

    /// Null is as good as absent.
    @Test(arguments: [
        #"{"sale":"T","member":"m","amount":0}"#,
        #"{"invoice":null,"sale":"T","member":"m","amount":0,"currency":null,"time":null,"refund":null}"#,
        #"{"sale":"T","member":"m","amount":0,"refund":false}"#,
    ])
    func aSaleNeedsThreeFields(parameters: String) {
        var peer = Peer()
        peer.write(purchase(parameters))
        guard case .sale(let sale) = peer.purchases.first?.parameters else {
            Issue.record("no sale")
            return
        }
        #expect(sale.amount == 0)
        #expect(sale.currency == nil)
        #expect(sale.time == nil)
        #expect(!sale.isRefund)
    }

    private static func text(_ count: Int) -> String { "\"" + String(repeating: "x", count: count) + "\"" }

    /// A field, how it is written, and whether it is taken.
    static let fields: [(String, String, Bool)] =
        [
            ("sale", text(1), true), ("sale", text(64), true), ("sale", text(65), false), ("sale", #""""#, false),
            ("sale", #""\#(String(repeating: "é", count: 32))""#, true),
            ("sale", #""\#(String(repeating: "é", count: 33))""#, false),
            ("sale", #""a\n""#, false), ("sale", #""a\u0000""#, false), ("sale", #""\u007f""#, false),
            ("sale", "7", false), ("sale", "null", false), ("sale", "{}", false), ("sale", "[\"T\"]", false),
            ("sale", "true", false),
            ("member", text(1), true), ("member", text(128), true), ("member", text(129), false),
            ("member", #""""#, false), ("member", #""\t""#, false), ("member", "7", false), ("member", "null", false),
            ("member", "{}", false), ("member", "[\"m\"]", false), ("member", "false", false),
            ("amount", "0", true), ("amount", "-0.01", true), ("amount", "999999999.99", true),
            ("amount", "-999999999.99", true), ("amount", "1e8", true), ("amount", "1000000000", false),
            ("amount", "-1e9", false), ("amount", "1e127", false), ("amount", #""12.50""#, false),
            ("amount", "null", false),
            ("amount", "true", false), ("amount", "{}", false), ("amount", "[1]", false),
            ("currency", #""EUR""#, true), ("currency", #""EU""#, false), ("currency", #""EURO""#, false),
            ("currency", #""""#, false), ("currency", #""E\nR""#, false), ("currency", "978", false),
            ("currency", "[]", false), ("currency", "{}", false), ("currency", "false", false),
            ("time", text(19), true), ("time", text(35), true), ("time", text(18), false), ("time", text(36), false),
            ("time", "1772357400", false), ("time", "[]", false), ("time", "{}", false), ("time", "true", false),
            ("refund", "true", true), ("refund", "0", false), ("refund", #""true""#, false), ("refund", "[]", false),
            ("refund", "{}", false),
        ]

    @Test(arguments: fields)
    func eachFieldIsChecked(name: String, written: String, isTaken: Bool) {
        var fields = ["sale": "\"T\"", "member": "\"m\"", "amount": "1"]
        fields[name] = written
        var peer = Peer()
        peer.write(purchase("{" + fields.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"))
        if isTaken {
            #expect(peer.purchases.count == 1)
            #expect(peer.lines().isEmpty)
        } else {
            #expect(peer.purchases.isEmpty)
            #expect(message(&peer)?.hasPrefix("`\(name)` ") == true)
        }
    }

    @Test(arguments: ["sale", "member", "amount"])
    func eachNeededFieldIsNamed(name: String) {
        let fields = ["sale": "\"T\"", "member": "\"m\"", "amount": "1"].filter { $0.key != name }
        var peer = Peer()
        peer.write(purchase("{" + fields.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"))
        let text = message(&peer)
        #expect(text?.hasPrefix("`\(name)` ") == true)
        #expect(text?.hasSuffix(PurchaseParameters.shape) == true)
    }

    @Test func withoutParametersTheSaleIsMissing() {
        for line in ["{\"id\":1,\"method\":\"purchase\"}\n", purchase("{}"), purchase("null")] {
            var peer = Peer()
            peer.write(line)
            #expect(message(&peer)?.hasPrefix("`sale` ") == true)
        }
    }
}
