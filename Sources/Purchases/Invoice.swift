import FoundationEssentials
import JSON
import SystemCalls
import TextChecks

/// What this program needs to know of an invoice of Ágora's. The invoice itself goes on byte for byte as it came.
///
/// Names are compared without case. What the public texts leave open is taken so:
/// - a document is a refund if its `DocumentType` ends with `Refund`; a negative amount says nothing;
/// - the venue is `Workplace.Id`, and a re-sent invoice has the same items (`GlobalId`) at the same venue. A refund that names its
///   sale's item is another document, so whether it is one is part of the key;
/// - without any `GlobalId` the series and the number stand for it, and without a number the invoice's bytes.
public struct Invoice: Equatable, Sendable {
    public let key: SaleKey
    /// `Serie-Number`, for a person; at most ``NewPurchase/maxSaleBytes`` bytes.
    public let sale: String
    public let isRefund: Bool
    /// The members that its items name, each once, in order.
    public let members: [String]
    /// The items' ids, each once, in order.
    public let globalIDs: [String]
    /// What was paid: the sum of `Payments[].Amount`, else of the items' payments, else the gross total; nil if none of them is there.
    public let amount: Decimal?
    /// `Currency`, which Ágora does not send and this program's own invoices do.
    public let currency: String?

    public static let maxMembers = 64
    static let maxGlobalIDs = 1024
    /// All names that are asked for below.
    private static let names = JSONNames([
        "InvoiceItems", "LoyaltyProgram", "MemberId", "GlobalId", "DocumentType", "Currency", "Serie", "Number",
        "Workplace", "Id", "Payments", "Amount", "Totals", "GrossAmount",
    ])

    /// - Throws: What is wrong with the text.
    public init(parsing body: [UInt8]) throws(InvoiceFault) {
        guard let root = try? JSONValue(parsing: body, keeping: Self.names) else {
            throw InvoiceFault(.notJSON, "the body is no JSON text in UTF-8; post the invoice as a JSON object")
        }
        try self.init(root, body)
    }

    /// - Parameter root: What stands in the body, or as much of it as is asked for here.
    init(_ root: JSONValue, _ body: [UInt8]) throws(InvoiceFault) {
        guard root.object != nil else {
            throw InvoiceFault(.notAnInvoice, "the body is no JSON object; post one invoice")
        }
        let items = root.loose("InvoiceItems")?.array ?? []
        members = Self.unique(items.compactMap { $0.loose("LoyaltyProgram")?.loose("MemberId")?.asID })
        globalIDs = Self.unique(items.compactMap { $0.loose("GlobalId")?.asID })
        guard members.count <= Self.maxMembers, globalIDs.count <= Self.maxGlobalIDs else {
            throw InvoiceFault(
                .tooManyMembers,
                "an invoice has at most \(Self.maxMembers) members and \(Self.maxGlobalIDs) items; post them in several"
            )
        }
        let type = root.loose("DocumentType")?.string ?? ""
        isRefund = type.lowercased().hasSuffix("refund")
        amount = Self.amount(root, items)
        currency = root.loose("Currency")?.string.flatMap { $0.utf8.count <= 8 && !$0.hasControlCharacter ? $0 : nil }
        let series = root.loose("Serie")?.asText
        let number = root.loose("Number")?.asText
        sale = Self.label([series, number].compactMap { $0 })
        key = Self.key(globalIDs, series, number, root.loose("Workplace")?.loose("Id")?.asText, isRefund, body)
    }

    /// The invoice as it is to be stored.
    public func purchase(_ body: [UInt8], receivedAt: WallTime) -> NewPurchase {
        NewPurchase(
            key: key, sale: sale, isRefund: isRefund, members: members, globalIDs: globalIDs,
            amount: amount.map { "\($0)" }, currency: currency, receivedAt: receivedAt, body: body)
    }

    // MARK: Pieces

    private static func unique(_ texts: [String]) -> [String] {
        var seen: Set<[UInt8]> = []
        // By their bytes: `String` takes two spellings of one accented letter for the same.
        return texts.filter { seen.insert(Array($0.utf8)).inserted }
    }

    private static func label(_ number: [String]) -> String {
        let text = number.joined(separator: "-")
        return text.utf8.count <= NewPurchase.maxSaleBytes && !text.hasControlCharacter ? text : ""
    }

    private static func key(
        _ globalIDs: [String], _ series: String?, _ number: String?, _ venue: String?, _ isRefund: Bool,
        _ body: [UInt8]
    ) -> SaleKey {
        let kind = isRefund ? "refund" : "sale"
        if !globalIDs.isEmpty {
            return SaleKey(of: ["items", kind, venue ?? ""] + globalIDs.map { $0.lowercased() }.sorted())
        }
        // A series without a number is that of many sales.
        if let number, !number.isEmpty {
            return SaleKey(of: ["number", kind, venue ?? "", series ?? "", number])
        }
        return SaleKey(of: ["body", SHA256.hexadecimal(SHA256.digest(of: body))])
    }

    private static func amount(_ root: JSONValue, _ items: [JSONValue]) -> Decimal? {
        if let whole = sum(root.loose("Payments")?.array ?? []) { return whole }
        if let parts = sum(items.flatMap { $0.loose("Payments")?.array ?? [] }) { return parts }
        return root.loose("Totals")?.loose("GrossAmount")?.asAmount
    }

    /// Nil if there is no payment, or one whose amount cannot be told.
    private static func sum(_ payments: [JSONValue]) -> Decimal? {
        guard !payments.isEmpty else { return nil }
        var sum = Decimal(0)
        for payment in payments {
            guard let amount = payment.loose("Amount")?.asAmount else { return nil }
            sum += amount
        }
        return sum.isFinite ? sum : nil
    }
}

extension JSONValue {
    /// An id as text; some tills write whole numbers.
    fileprivate var asID: String? {
        guard let text = asText, !text.isEmpty, text.utf8.count <= 256, !text.hasControlCharacter else { return nil }
        return text
    }

    fileprivate var asText: String? {
        switch self {
        case .string(let text): text
        case .number(let number): "\(number)"
        case .null, .bool, .array, .object: nil
        }
    }

    /// A number, or one that was written as a string.
    fileprivate var asAmount: Decimal? {
        switch self {
        case .number(let number): number
        // As JSON has it: `Decimal` would take what stands in front of the first fault.
        case .string(let text):
            (1...40).contains(text.utf8.count) && text.utf8.allSatisfy { $0.isASCIIDigit || $0 == 0x2D || $0 == 0x2E }
                ? (try? JSONValue(parsing: text.utf8))?.number : nil
        case .null, .bool, .array, .object: nil
        }
    }
}
