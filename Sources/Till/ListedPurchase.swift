import Outbox
import Purchases

/// A purchase as `scanbridge purchases` shows it.
public struct ListedPurchase: Sendable {
    public let purchase: StoredPurchase
    /// The invoice, if it was asked for and is still kept.
    public let invoice: [UInt8]?

    /// A page with invoices ends once it has this many bytes of them.
    private static let pageBytes = 2 << 20

    static func page(
        of store: OutboxStore, _ filter: PurchaseFilter, after id: Int64, limit: Int, withInvoices: Bool
    ) throws(OutboxError) -> [ListedPurchase] {
        var page: [ListedPurchase] = []
        var bytes = 0
        for purchase in try store.list(filter, after: id, limit: limit) {
            let invoice = withInvoices ? try store.body(of: purchase.id) : nil
            bytes += invoice?.count ?? 0
            if bytes > pageBytes, !page.isEmpty { break }
            page.append(ListedPurchase(purchase: purchase, invoice: invoice))
        }
        return page
    }
}
