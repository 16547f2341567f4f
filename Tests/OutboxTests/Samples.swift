import Purchases
import SystemCalls

/// Purchases that are told apart by a number.
enum Samples {
    static let start = WallTime(microseconds: 1_772_357_400_000_000)

    static func time(days: Int64) -> WallTime {
        WallTime(microseconds: start.microseconds + days * 86_400_000_000)
    }

    static func key(_ number: Int) -> SaleKey {
        let digits = String(number, radix: 16)
        guard let key = SaleKey(stored: String(repeating: "0", count: 64 - digits.count) + digits) else {
            preconditionFailure("no key of \(number)")
        }
        return key
    }

    static func body(_ number: Int, count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var state = UInt32(truncatingIfNeeded: number &* 2_654_435_761 &+ 12345)
        for index in bytes.indices {
            state = state &* 1_664_525 &+ 1_013_904_223
            bytes[index] = UInt8(truncatingIfNeeded: state >> 24)
        }
        return bytes
    }

    static func purchase(_ number: Int, bodyBytes: Int = 300, days: Int64 = 0) -> NewPurchase {
        NewPurchase(
            key: key(number), sale: "A-\(number)", isRefund: number % 5 == 4,
            members: ["m\(number % 7)", "extra\(number)"], globalIDs: ["g\(number)-1", "g\(number)-2"],
            amount: number % 3 == 0 ? nil : "12.\(10 + number % 90)", currency: number % 2 == 0 ? "EUR" : nil,
            receivedAt: time(days: days), body: body(number, count: bodyBytes))
    }

    static func record(
        _ id: Int64, _ state: PurchaseState, attempts: Int = 1, detail: String? = nil, answer: [UInt8]? = nil,
        days: Int64 = 0
    ) -> PurchaseRecord {
        PurchaseRecord(
            id: id, state: state, attempts: attempts, detail: detail, answer: answer, at: time(days: days))
    }

    /// What is stored of a new purchase.
    static func stored(_ purchase: NewPurchase, id: Int64) -> StoredPurchase {
        StoredPurchase(
            id: id, key: purchase.key, sale: purchase.sale, isRefund: purchase.isRefund, members: purchase.members,
            globalIDs: purchase.globalIDs, amount: purchase.amount, currency: purchase.currency,
            receivedAt: purchase.receivedAt, state: .queued, bodyBytes: purchase.body.count)
    }
}
