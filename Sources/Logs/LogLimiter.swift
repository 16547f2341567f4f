import SystemCalls

/// Holds back what a broken scanner, a flapping listener or a failing endpoint would repeat without end: a pure state machine.
///
/// Lines with the same message are one kind, whatever their fields. Of each kind the first ``burst`` pass, then one a minute, which
/// tells how many were held back; a kind that rests gets one line of its burst back each minute. So what is told for the first time
/// always passes. Nothing wakes up for it: what was held back last is told with the kind's next line.
///
/// If more kinds than ``maximumKinds`` repeat at a time, those that are new share one burst.
struct LogLimiter {
    static let burst = 20
    static let pauseMilliseconds = 60_000
    static let maximumKinds = 64

    enum Verdict: Equatable {
        /// Log it, and that so many of its kind were held back before it.
        case pass(heldBack: Int)
        case holdBack
    }

    private struct Allowance {
        var left = LogLimiter.burst
        var heldBack = 0
        /// When `left` was last true.
        var asOf: MonotonicTime
        var lastLine: MonotonicTime

        init(at now: MonotonicTime) {
            asOf = now
            lastLine = now
        }

        mutating func line(at now: MonotonicTime) -> Verdict {
            lastLine = now
            let gained = now.milliseconds(since: asOf) / LogLimiter.pauseMilliseconds
            if gained > 0 {
                left = min(LogLimiter.burst, left + gained)
                asOf = asOf.adding(milliseconds: gained * LogLimiter.pauseMilliseconds)
            }
            if left == LogLimiter.burst { asOf = now }
            guard left > 0 else {
                heldBack += 1
                return .holdBack
            }
            left -= 1
            defer { heldBack = 0 }
            return .pass(heldBack: heldBack)
        }
    }

    private var kinds: [String: Allowance] = [:]
    private var others: Allowance?

    /// A line with this message is to be logged.
    mutating func line(_ message: String, at now: MonotonicTime) -> Verdict {
        if kinds[message] == nil {
            if kinds.count >= Self.maximumKinds { forgetOldest(now) }
            if kinds.count < Self.maximumKinds { kinds[message] = Allowance(at: now) }
        }
        if let verdict = kinds[message]?.line(at: now) { return verdict }
        var shared = others ?? Allowance(at: now)
        defer { others = shared }
        return shared.line(at: now)
    }

    /// Makes room, if some kind has been silent for as long as a held back line waits.
    private mutating func forgetOldest(_ now: MonotonicTime) {
        guard let oldest = kinds.min(by: { $0.value.lastLine < $1.value.lastLine }),
            now.milliseconds(since: oldest.value.lastLine) >= Self.pauseMilliseconds
        else { return }
        kinds[oldest.key] = nil
    }
}
