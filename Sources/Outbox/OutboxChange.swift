import Purchases

/// One of the changes that are made together in one transaction.
enum OutboxChange: Sendable {
    case insert(NewPurchase)
    case record([PurchaseRecord])

    /// The most that it adds to the write-ahead log, roughly.
    var bytes: Int {
        switch self {
        case .insert(let purchase): purchase.body.count
        case .record(let records): records.reduce(0) { $0 + ($1.answer?.count ?? 0) }
        }
    }
}
