import Purchases
import SystemCalls

extension OutboxStore {
    /// How many go in one transaction: a sale that is to be stored waits for it.
    private static let pruneStep = 500

    /// Removes purchases that ended longer ago than the settings keep them, and the oldest finished ones if there are too many or they
    /// take too much room. What is queued or failed never goes.
    ///
    /// - Returns: Whether there may be more to remove: a call removes some hundreds at most.
    @discardableResult
    public func prune(now: WallTime) throws(OutboxError) -> Bool {
        let cutoff = settings.tooOldBefore(now.microseconds)
        return try change { (database, tally) throws(SQLiteError) in
            var gone = try dropFinished(
                "AND ended_us < ?", [.integer(cutoff), SQLiteValue(Self.pruneStep)], database, &tally)
            let excess = min(tally.all - settings.maximumCount, Self.pruneStep - gone)
            if excess > 0 { gone += try dropOldestFinished(excess, database, &tally) }
            while gone < Self.pruneStep, try Self.usedBytes(database) > settings.maximumBytes {
                let more = try dropOldestFinished(min(64, Self.pruneStep - gone), database, &tally)
                if more == 0 { break }
                gone += more
            }
            return gone >= Self.pruneStep
        }
    }

    /// What is queued and was received longer ago than the settings allow: the caller decides what becomes of it.
    public func tooOld(now: WallTime) throws(OutboxError) -> [Int64] {
        let cutoff = settings.tooOldBefore(now.microseconds)
        return try use { database throws(SQLiteError) in
            try database.rows(
                "SELECT id FROM purchase WHERE state = 'queued' AND received_us < ? ORDER BY id", [.integer(cutoff)]
            ) { $0.integer(0) }
        }
    }
}
