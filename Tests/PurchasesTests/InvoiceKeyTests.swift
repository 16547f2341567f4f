import Testing

@testable import Purchases

@Suite("By what a sale is known again")
struct InvoiceKeyTests {
    private func key(_ text: String) throws -> SaleKey { try Invoice(parsing: Array(text.utf8)).key }

    private static let sale =
        #"{"Serie":"T","Number":7,"Workplace":{"Id":1},"DocumentType":"BasicInvoice","InvoiceItems":[{"GlobalId":"aa"},{"GlobalId":"bb"}]}"#

    @Test(arguments: [
        // The same fields in another order, with other spaces and in another case.
        """
        {
          "InvoiceItems" : [ {"GlobalId":"aa", "Lines":[]}, { "GlobalId" : "bb" } ],\r
          "DocumentType": "BasicInvoice", "Workplace": {"Name":"x", "Id": 1}, "Number": 7, "Serie": "T"
        }
        """,
        #"{"serie":"T","number":7,"workplace":{"id":1},"invoiceitems":[{"globalid":"AA"},{"globalid":"BB"}]}"#,
        // Its items in another order, or one of them twice.
        #"{"Serie":"T","Number":7,"Workplace":{"Id":1},"InvoiceItems":[{"GlobalId":"bb"},{"GlobalId":"aa"}]}"#,
        #"{"Serie":"T","Number":7,"Workplace":{"Id":1},"InvoiceItems":[{"GlobalId":"bb"},{"GlobalId":"aa"},{"GlobalId":"bb"}]}"#,
        // A venue's id as a string, and what else may differ between two attempts.
        #"{"Serie":"U","Number":8,"Workplace":{"Id":"1"},"Date":"2026","InvoiceItems":[{"GlobalId":"aa"},{"GlobalId":"bb"},{"GlobalId":null}]}"#,
        // Not a type of refund.
        #"{"DocumentType":"RefundInvoice","Workplace":{"Id":1},"InvoiceItems":[{"GlobalId":"aa"},{"GlobalId":"bb"}]}"#,
    ])
    func theSameSale(text: String) throws {
        #expect(try key(text) == key(Self.sale))
    }

    @Test(arguments: [
        #"{"DocumentType":"BasicRefund","Workplace":{"Id":1},"InvoiceItems":[{"GlobalId":"aa"},{"GlobalId":"bb"}]}"#,
        #"{"DocumentType":"STANDARDREFUND","Workplace":{"Id":1},"InvoiceItems":[{"GlobalId":"aa"},{"GlobalId":"bb"}]}"#,
        #"{"Workplace":{"Id":2},"InvoiceItems":[{"GlobalId":"aa"},{"GlobalId":"bb"}]}"#,
        #"{"InvoiceItems":[{"GlobalId":"aa"},{"GlobalId":"bb"}]}"#,
        #"{"Workplace":{"Id":1},"InvoiceItems":[{"GlobalId":"aa"}]}"#,
        #"{"Workplace":{"Id":1},"InvoiceItems":[{"GlobalId":"aa"},{"GlobalId":"bb"},{"GlobalId":"cc"}]}"#,
        #"{"Workplace":{"Id":1},"InvoiceItems":[{"GlobalId":"aabb"}]}"#,
        #"{"Workplace":{"Id":1},"InvoiceItems":[{"GlobalId":"aa bb"}]}"#,
        #"{"Serie":"T","Number":7,"Workplace":{"Id":1}}"#,
    ])
    func anotherSale(text: String) throws {
        #expect(try key(text) != key(Self.sale))
    }

    /// Where no item has an id, the number counts; and where there is none, every byte.
    @Test func eachOfTheseIsASaleOfItsOwn() throws {
        let texts = [
            #"{"Serie":"A","Number":1}"#, #"{"Serie":"A","Number":2}"#, #"{"Serie":"B","Number":1}"#,
            #"{"Serie":"A1","Number":""}"#, #"{"Serie":"","Number":"A1"}"#, #"{"Serie":"A","Number":"1\n"}"#,
            #"{"Serie":"A","Number":1,"DocumentType":"BasicRefund"}"#,
            #"{"Serie":"A","Number":1,"Workplace":{"Id":1}}"#,
            #"{"Serie":"A","Number":1,"Workplace":{"Id":"1A"}}"#, #"{"Number":1}"#,
            // A series alone is that of many sales.
            #"{"Serie":"A"}"#, #"{"Serie":"A","Total":2}"#, #"{"Serie":"A","Number":null}"#,
            #"{"Serie":"","Number":""}"#, #"{"Serie":"","Number":"","Total":2}"#,
            "{}", "{} ", #"{"Total":1}"#, #"{"Total":2}"#,
        ]
        let keys = try texts.map { try key($0) }
        for (index, key) in keys.enumerated() {
            #expect(keys.firstIndex(of: key) == index, "\(texts[index])")
        }
    }

    @Test(arguments: [
        (#"{"Serie":"A","Number":1}"#, #"{ "Number":"1", "Total":5, "Serie":"A" }"#),
        (#"{"Serie":"A","Number":1}"#, #"{"Serie":"A","Number":1.0,"InvoiceItems":[{"GlobalId":""}]}"#),
        (#"{"Number":1}"#, #"{"number":1,"Serie":null,"InvoiceItems":[{"GlobalId":{}}]}"#),
        (#"{"Total":1}"#, #"{"Total":1}"#),
    ])
    func knownByItsNumber(one: String, other: String) throws {
        #expect(try key(one) == key(other))
    }

    @Test func isStoredAsItIs() throws {
        let key = try key(Self.sale)
        #expect(SaleKey(stored: key.text) == key)
        for text in [
            "", String(key.text.dropLast()), key.text + "0", key.text.uppercased(), "g" + key.text.dropFirst(),
        ] {
            #expect(SaleKey(stored: text) == nil)
        }
    }

    /// The key of a sale is one for ever: another rule for it would count the sales of the day before twice.
    @Test func isTheSameInEveryVersion() throws {
        #expect(SaleKey(of: ["a", "bc"]) != SaleKey(of: ["ab", "c"]))
        // sha256("1:a\n2:bc\n")
        #expect(SaleKey(of: ["a", "bc"]).text == "521a337ff312f6c3b52afe6962698e7921d82fa579831cf806ec7f1439198fa5")
        #expect(try key(Self.sale).text == "d3ae948884d892461cb6ac44689b0bd2bebf2fbff6ba1b6c54281450a1008fda")
    }
}
