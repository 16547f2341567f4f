import Glibc

/// A moment on CLOCK_MONOTONIC, the clock of the evdev events, in microseconds. It stands still in suspend and never jumps.
public struct MonotonicTime: Comparable, Hashable, Sendable {
    public var microseconds: Int64

    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    public static func now() -> MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.microseconds < right.microseconds
    }

    /// So many milliseconds later, at most the last moment that there is: an event's time comes from outside.
    public func adding(milliseconds: Int) -> MonotonicTime {
        let (sum, isOver) = microseconds.addingReportingOverflow(Int64(milliseconds) * 1000)
        return MonotonicTime(microseconds: isOver ? (milliseconds < 0 ? .min : .max) : sum)
    }

    /// Milliseconds from `earlier` until this moment, negative if `earlier` is the later one.
    public func milliseconds(since earlier: MonotonicTime) -> Int {
        let (difference, isOver) = microseconds.subtractingReportingOverflow(earlier.microseconds)
        return Int((isOver ? (self < earlier ? .min : .max) : difference) / 1000)
    }
}
