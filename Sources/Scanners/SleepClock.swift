import CLinux
import Glibc
import SystemCalls

/// How long the machine has slept: CLOCK_MONOTONIC, which stamps the events, stands still then, and CLOCK_BOOTTIME does not.
public enum SleepClock {
    /// Microseconds in suspend since the machine was started, to about a millisecond. No system call: the kernel maps both
    /// clocks into each process.
    public static func microseconds() -> Int64 {
        var asleep: Int64 = 0
        // A thread that loses the processor between the two clocks sees a sleep that was none: it asks again.
        for _ in 0..<8 {
            let before = read(CLOCK_MONOTONIC)
            asleep = read(CLOCK_BOOTTIME) - before
            if read(CLOCK_MONOTONIC) - before < 1000 { break }
        }
        return asleep
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}
