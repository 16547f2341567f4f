import SystemCalls

@testable import Purchases

/// A machine with a clock that is set by hand.
struct Machine {
    var machine: SubmissionMachine
    var now = MonotonicTime(microseconds: 1_000_000)

    init(_ limits: SubmissionLimits = SubmissionLimits()) {
        machine = SubmissionMachine(limits: limits, seed: 1)
    }

    /// Stores a purchase that somebody waits for, for 3 s; the ticket is 100 more than the purchase's number.
    mutating func stored(_ id: Int64, _ members: [String], isRefund: Bool = false) -> [SubmissionMachine.Action] {
        machine.stored(
            SubmissionEntry(id: id, isRefund: isRefund, members: members), waiter: UInt64(id) + 100,
            deadline: now.adding(milliseconds: 3000), now: now)
    }

    mutating func ended(_ id: Int64, _ end: SubmissionEnd) -> [SubmissionMachine.Action] {
        machine.attemptEnded(id, end, now: now)
    }

    mutating func later(
        _ id: Int64, _ detail: String = "http_500", wide: Bool = false, retryAfter: Int? = nil
    ) -> [SubmissionMachine.Action] {
        ended(
            id,
            .later(Postponement(detail: detail, retryAfterMilliseconds: retryAfter, isEndpointWide: wide)))
    }

    mutating func passed(_ milliseconds: Int) -> [SubmissionMachine.Action] {
        now = now.adding(milliseconds: milliseconds)
        return machine.timePassed(now: now)
    }

    /// Lets time pass until the machine wants something to be done.
    mutating func passedUntilWoken() -> [SubmissionMachine.Action] {
        guard let wake = machine.wakeAt else { return [] }
        now = max(now, wake)
        return machine.timePassed(now: now)
    }
}

let yes = Array(#"{"Status":"accepted","PrinterText":"12 points"}"#.utf8)
let no = Array(#"{"Status":"rejected","RejectReason":"closed"}"#.utf8)

func send(_ id: Int64) -> SubmissionMachine.Action { .send(id, timeoutMilliseconds: 30_000) }
