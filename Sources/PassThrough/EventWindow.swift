import SystemCalls

/// How many events may go out: at most so many within any span of a given time.
struct EventWindow {
    private let limit: Int
    private let milliseconds: Int
    private var bursts: [(time: MonotonicTime, count: Int)] = []

    init(limit: Int, milliseconds: Int) {
        self.limit = limit
        self.milliseconds = milliseconds
        bursts.reserveCapacity(limit)
    }

    mutating func room(at now: MonotonicTime) -> Int {
        bursts.removeAll { $0.time.adding(milliseconds: milliseconds) <= now }
        return limit - bursts.reduce(0) { $0 + $1.count }
    }

    mutating func used(_ count: Int, at now: MonotonicTime) {
        if count > 0 { bursts.append((now, count)) }
    }

    /// When there is more room; in the past if there is all of it.
    var nextRoom: MonotonicTime {
        bursts.first.map { $0.time.adding(milliseconds: milliseconds) } ?? MonotonicTime(microseconds: 0)
    }
}
