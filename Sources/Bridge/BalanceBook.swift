import FoundationEssentials

/// The balances that members had when they were last asked about, so that a new one can be shown beside the old one. Kept in memory, and of
/// the last members only.
struct BalanceBook {
    private static let maximum = 512

    private var balances: [String: Decimal?] = [:]
    private var order: [String] = []

    /// - Parameter ids: Those by which the member is known; one may be there twice.
    mutating func note(_ balance: Decimal?, of ids: [String]) {
        for id in Set(ids) {
            // To the end: who was just asked about is the last to be forgotten.
            if balances.updateValue(balance, forKey: id) != nil { order.removeAll { $0 == id } }
            order.append(id)
        }
        while order.count > Self.maximum { balances[order.removeFirst()] = nil }
    }

    /// Nil if nothing is known.
    func balance(of id: String) -> Decimal? { balances[id] ?? nil }
}
