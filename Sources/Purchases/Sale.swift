import FoundationEssentials
import JSON
import SystemCalls

/// A sale in few words, for tills that have no invoice of Ágora's; the invoice is made of it.
public struct Sale: Equatable, Sendable {
    /// The till's own name of it, the same whenever it is sent again.
    public var sale: String
    public var member: String
    /// What was paid, or given back.
    public var amount: Decimal
    public var currency: String?
    public var time: SaleTime
    public var isRefund: Bool

    public init(
        sale: String, member: String, amount: Decimal, currency: String?, time: SaleTime, isRefund: Bool
    ) {
        self.sale = sale
        self.member = member
        self.amount = amount
        self.currency = currency
        self.time = time
        self.isRefund = isRefund
    }

    /// The sale as it is to be stored, with its invoice.
    ///
    /// Its key is made of the till's name for it and whether it is a refund. The invoice's `GlobalId` follows from the key, so that a provider
    /// that tells sales by it knows this one again as well.
    public func purchase(receivedAt: WallTime) -> NewPurchase {
        let key = SaleKey(of: ["sale-id", isRefund ? "refund" : "sale", sale])
        let globalID = key.uuid
        return NewPurchase(
            key: key, sale: sale, isRefund: isRefund, members: [member], globalIDs: [globalID], amount: "\(amount)",
            currency: currency, receivedAt: receivedAt, body: invoice(globalID))
    }

    private func invoice(_ globalID: String) -> [UInt8] {
        let total: JSONValue = ["GrossAmount": .number(amount)]
        let payments: JSONValue = [
            ["MethodName": "till", "Amount": .number(amount), "PaidAmount": .number(amount), "ChangeAmount": 0]
        ]
        var members: [String: JSONValue] = [
            "Serie": .string(sale), "Number": 1, "BusinessDay": .string(time.day), "Date": .string(time.text),
            "VatIncluded": true, "DocumentType": isRefund ? "BasicRefund" : "BasicInvoice",
            "InvoiceItems": [
                [
                    "GlobalId": .string(globalID), "Lines": [], "Payments": payments, "Totals": total,
                    "LoyaltyProgram": ["MemberId": .string(member), "Rewards": []],
                ]
            ],
            "Payments": payments, "Totals": total,
        ]
        members["Currency"] = currency.map { .string($0) }
        var writer = JSONWriter()
        writer.value(.object(members))
        return writer.bytes
    }
}

extension SaleKey {
    /// The key's first half in the form of a GUID, marked as made by a rule of one's own (RFC 9562, version 8).
    var uuid: String {
        var digits = Array(text.utf8.prefix(32))
        digits[12] = UInt8(ascii: "8")
        digits[16] = UInt8(ascii: "a")
        let text = String(decoding: digits, as: UTF8.self)
        var parts: [Substring] = []
        var rest = text[...]
        for length in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return parts.joined(separator: "-")
    }
}
