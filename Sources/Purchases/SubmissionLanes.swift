/// Which purchase may go before which: the order of sending, without any notion of time.
///
/// Purchases of one member, or of one item, go out in the order in which they came. A refund also waits for what a person has still to
/// decide about, since that may be its sale.
struct SubmissionLanes {
    private var entries: [Int64: SubmissionEntry] = [:]
    /// The unsettled purchases of each lane, the oldest first.
    private var queues: [String: [Int64]] = [:]
    private var unsettled: [Int64] = []
    private var dead: [Int64: SubmissionEntry] = [:]
    private var deadSales: [String: Set<Int64>] = [:]

    var count: Int { entries.count }
    var deadCount: Int { dead.count }
    var oldest: Int64? { unsettled.first }

    func isUnsettled(_ id: Int64) -> Bool { entries[id] != nil }
    func isDead(_ id: Int64) -> Bool { dead[id] != nil }

    /// A purchase is to be sent.
    mutating func add(_ entry: SubmissionEntry) {
        guard entries[entry.id] == nil else { return }
        entries[entry.id] = entry
        unsettled.insertSorted(entry.id)
        for lane in entry.lanes { queues[lane, default: []].insertSorted(entry.id) }
    }

    /// A purchase needs no more sending.
    ///
    /// - Returns: Those that may be sent now and could not before.
    mutating func settle(_ id: Int64) -> [Int64] {
        guard let entry = remove(id) else { return [] }
        return freed(by: entry)
    }

    /// A purchase waits for a person. Refunds of its lanes wait with it.
    mutating func die(_ id: Int64, attempts: Int) -> [Int64] {
        guard var entry = remove(id) else { return [] }
        entry.attempts = attempts
        addDead(entry)
        return freed(by: entry)
    }

    mutating func addDead(_ entry: SubmissionEntry) {
        dead[entry.id] = entry
        guard !entry.isRefund else { return }
        for lane in entry.lanes { deadSales[lane, default: []].insert(entry.id) }
    }

    /// A person has decided about a dead purchase, which is to be sent again or given up.
    ///
    /// - Returns: The purchase, and those that may be sent now and could not before.
    mutating func revive(_ id: Int64) -> (entry: SubmissionEntry, freed: [Int64])? {
        guard let entry = dead.removeValue(forKey: id) else { return nil }
        for lane in entry.lanes {
            deadSales[lane]?.remove(id)
            if deadSales[lane]?.isEmpty ?? false { deadSales[lane] = nil }
        }
        return (entry, freed(by: entry))
    }

    /// Whether nothing that is older stands in the way of it.
    func isFree(_ id: Int64) -> Bool {
        guard let entry = entries[id] else { return false }
        if entry.waitsForAll { return unsettled.first == id && !dead.values.contains { !$0.isRefund && $0.id < id } }
        if entry.isRefund, isHeldByDead(entry) { return false }
        return entry.lanes.allSatisfy { queues[$0]?.first == id }
    }

    /// Whether something of its lanes is not settled.
    func wouldOvertake(_ entry: SubmissionEntry) -> Bool {
        if entry.waitsForAll { return !unsettled.isEmpty || !dead.isEmpty }
        return entry.lanes.contains { queues[$0] != nil || (entry.isRefund && deadSales[$0] != nil) }
    }

    /// The purchases that are first in the lanes of this one and are not it.
    func obstacles(of id: Int64) -> [Int64] {
        guard let entry = entries[id] else { return [] }
        if entry.waitsForAll { return unsettled.first.map { $0 == id ? [] : [$0] } ?? [] }
        return entry.lanes.compactMap { queues[$0]?.first }.filter { $0 != id }
    }

    /// Whether it is a refund that waits for a person's decision.
    func isHeldByDead(_ id: Int64) -> Bool {
        guard let entry = entries[id] else { return false }
        return entry.isRefund && isHeldByDead(entry)
    }

    private func isHeldByDead(_ refund: SubmissionEntry) -> Bool {
        if refund.waitsForAll { return dead.values.contains { !$0.isRefund && $0.id < refund.id } }
        return refund.lanes.contains { deadSales[$0]?.contains { $0 < refund.id } ?? false }
    }

    private mutating func remove(_ id: Int64) -> SubmissionEntry? {
        guard let entry = entries.removeValue(forKey: id) else { return nil }
        unsettled.removeSorted(id)
        for lane in entry.lanes {
            queues[lane]?.removeSorted(id)
            if queues[lane]?.isEmpty ?? false { queues[lane] = nil }
        }
        return entry
    }

    private func freed(by entry: SubmissionEntry) -> [Int64] {
        // All refunds of these lanes: more than the first may have waited for a dead sale, but only the first one is free.
        var candidates = entry.lanes.compactMap { queues[$0]?.first }
        if let first = unsettled.first { candidates.append(first) }
        return Set(candidates).filter { isFree($0) }.sorted()
    }
}

extension [Int64] {
    /// Where a number stands, or would stand.
    private func place(of number: Int64) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    mutating func insertSorted(_ number: Int64) {
        // Nearly always behind all others.
        if last.map({ $0 < number }) ?? true { return append(number) }
        let place = place(of: number)
        if self[place] != number { insert(number, at: place) }
    }

    func containsSorted(_ number: Int64) -> Bool {
        let place = place(of: number)
        return place < endIndex && self[place] == number
    }

    mutating func removeSorted(_ number: Int64) {
        let place = place(of: number)
        if place < endIndex, self[place] == number { remove(at: place) }
    }
}
