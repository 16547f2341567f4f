import FoundationEssentials
import JSON

/// What `purchase` is asked with: an invoice, or the few fields that one can be made of.
public enum PurchaseParameters: Equatable, Sendable {
    /// An invoice of Ágora's, byte for byte as it stood in the request.
    case invoice([UInt8])
    case sale(SaleParameters)

    static let shape =
        "`params` is {\"invoice\":{…}}, or {\"sale\":\"…\",\"member\":\"…\",\"amount\":12.50} and perhaps \"currency\", \"time\" and \"refund\""

    init(_ parameters: [String: JSONValue], line: ArraySlice<UInt8>) throws(RequestError) {
        guard let invoice = parameters["invoice"], invoice != .null else {
            self = .sale(try SaleParameters(parameters))
            return
        }
        guard invoice.object != nil, let range = JSONValue.range(of: ["params", "invoice"], in: line) else {
            throw RequestError(.badRequest, "`invoice` is an object; \(Self.shape)")
        }
        self = .invoice(Array(line[(line.startIndex + range.lowerBound)..<(line.startIndex + range.upperBound)]))
    }
}

/// A sale in few words.
public struct SaleParameters: Equatable, Sendable {
    /// The till's own name of the sale, the same whenever it is sent again: 1 to ``maxSaleBytes`` bytes.
    public var sale: String
    public var member: String
    public var amount: Decimal
    public var currency: String?
    /// When it was made: `2026-03-01T09:30:00`, in the till's own time; nil for now.
    public var time: String?
    public var isRefund: Bool

    public static let maxSaleBytes = 64

    init(_ parameters: [String: JSONValue]) throws(RequestError) {
        func fault(_ message: String) -> RequestError {
            RequestError(.badRequest, "\(message); \(PurchaseParameters.shape)")
        }
        guard let sale = parameters["sale"]?.string, Self.isPlain(sale, 1...Self.maxSaleBytes) else {
            throw fault("`sale` is the sale's id, a string of 1 to \(Self.maxSaleBytes) bytes")
        }
        self.sale = sale
        guard let member = parameters["member"]?.string, Self.isPlain(member, 1...128) else {
            throw fault("`member` is the member's id, a string of 1 to 128 bytes; a sale of several is an invoice")
        }
        self.member = member
        guard let amount = parameters["amount"]?.number, abs(amount) < Decimal(1_000_000_000) else {
            throw fault("`amount` is what was paid, a number")
        }
        self.amount = amount
        currency = try Self.text("currency", 3...3, of: parameters, fault)
        time = try Self.text("time", 19...35, of: parameters, fault)
        switch parameters["refund"] {
        case nil, .null: isRefund = false
        case .bool(let flag): isRefund = flag
        case .number, .string, .array, .object: throw fault("`refund` is true or false")
        }
    }

    private static func text(
        _ name: String, _ length: ClosedRange<Int>, of parameters: [String: JSONValue],
        _ fault: (String) -> RequestError
    ) throws(RequestError) -> String? {
        guard let value = parameters[name], value != .null else { return nil }
        guard let text = value.string, isPlain(text, length) else {
            throw fault("`\(name)` is a string of \(length.lowerBound) to \(length.upperBound) bytes")
        }
        return text
    }

    private static func isPlain(_ text: String, _ length: ClosedRange<Int>) -> Bool {
        length.contains(text.utf8.count) && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}
