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

    /// A time beyond what the type holds, which only a made-up event can have, is the last or the first one that it holds.
    public func adding(milliseconds: Int) -> MonotonicTime {
        let (span, isTooLong) = Int64(milliseconds).multipliedReportingOverflow(by: 1000)
        let (sum, isTooLate) = microseconds.addingReportingOverflow(span)
        guard isTooLong || isTooLate else { return MonotonicTime(microseconds: sum) }
        return MonotonicTime(microseconds: milliseconds < 0 ? .min : .max)
    }

    /// Milliseconds from `earlier` until this moment, negative if `earlier` is the later one.
    public func milliseconds(since earlier: MonotonicTime) -> Int {
        Int(microseconds(since: earlier) / 1000)
    }

    /// Microseconds from `earlier` until this moment; as many as the type holds where there are more.
    public func microseconds(since earlier: MonotonicTime) -> Int64 {
        let (span, isTooLong) = microseconds.subtractingReportingOverflow(earlier.microseconds)
        guard isTooLong else { return span }
        return microseconds < earlier.microseconds ? .min : .max
    }
}
