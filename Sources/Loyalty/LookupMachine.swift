import SystemCalls

/// Decides when the endpoint is asked and who is told what: single flight, retries, deadlines, limits. Knows no I/O; time is
/// passed in.
///
/// A *waiter* is one lookup, known by its ticket. A *question* is one id that is being asked for, with all its waiters. An
/// *attempt* is one request for a question. Each waiter gets exactly one answer, by its own deadline.
struct LookupMachine {
    typealias Ticket = UInt64
    typealias AttemptID = UInt64

    enum Action: Equatable {
        /// Ask, and report with ``LookupMachine/attemptEnded(_:_:now:)``. The attempt ends after that time at the latest.
        case startAttempt(AttemptID, MemberID, timeoutMilliseconds: Int)
        /// Nobody wants its end any more.
        case cancelAttempt(AttemptID)
        case answer(Ticket, LookupAnswer)
    }

    struct Limits: Sendable {
        var questions = 64
        var waiters = 256
        var attempts = 4
        /// Waits before the second attempt, the third and the fourth.
        var pausesMilliseconds = [100, 300, 900]
        /// How long what the endpoint said about a member is taken for true.
        var keepMilliseconds = 1000
        /// The same for the till, which asks once a person has gone on from the scan.
        var keepForTillMilliseconds = 10_000
        var kept = 64
        /// Longer answers are not kept.
        var keptBytes = 65_536
        /// No endpoint may keep this program from asking for longer.
        var maxRetryAfterMilliseconds = 3_600_000
    }

    private struct Waiter {
        let ticket: Ticket
        let scannedAt: MonotonicTime
        let deadline: MonotonicTime
    }

    private struct Question {
        enum Phase {
            case new
            case asking(AttemptID)
            case pausing(until: MonotonicTime, after: MemberOutcome)
        }

        let id: MemberID
        var phase = Phase.new
        var attempts = 0
        var waiters: [Waiter]

        var lastDeadline: MonotonicTime { waiters.map(\.deadline).max() ?? MonotonicTime(microseconds: .min) }
    }

    private struct Kept {
        let id: MemberID
        let outcome: MemberOutcome
        let body: [UInt8]
        let arrivedAt: MonotonicTime

        /// The provider's id of the member.
        var ownID: MemberID? { outcome.member.flatMap { MemberID($0.id) } }
    }

    private typealias QuestionID = UInt64

    private let limits: Limits
    private var questions: [QuestionID: Question] = [:]
    private var questionOf: [MemberID: QuestionID] = [:]
    private var questionOfAttempt: [AttemptID: QuestionID] = [:]
    private var waiterCount = 0
    private var lastNumber: UInt64 = 0
    /// In the order of their arrival.
    private var kept: [Kept] = []
    private var pausedUntil: MonotonicTime?
    private(set) var health = EndpointHealth()

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// When ``timePassed(now:)`` is to be called at the latest; nil if there is nothing to wait for.
    var wakeAt: MonotonicTime? {
        questions.values.reduce(nil) { earliest, question in
            var times = question.waiters.map(\.deadline)
            if case .pausing(let until, _) = question.phase { times.append(until) }
            if let earliest { times.append(earliest) }
            return times.min()
        }
    }

    // MARK: What happens

    /// Somebody wants to know a member.
    mutating func asked(
        _ ticket: Ticket, id text: String, by asker: LookupAsker = .scan, scannedAt: MonotonicTime,
        deadline: MonotonicTime, now: MonotonicTime
    ) -> [Action] {
        health.lookups += 1
        forgetOld(now)
        let waiter = Waiter(ticket: ticket, scannedAt: scannedAt, deadline: deadline)
        guard let id = MemberID(text) else { return [answer(waiter, .rejected(.badID), now)] }
        if let known = kept.last(where: { $0.id == id }),
            known.arrivedAt.adding(milliseconds: keepMilliseconds(for: asker)) > now
        {
            health.cached += 1
            return [answer(waiter, known.outcome, now, keptSince: known.arrivedAt, body: known.body)]
        }
        if deadline <= now { return [answer(waiter, .unavailable(.timeout), now)] }
        guard waiterCount < limits.waiters / asker.share else { return [answer(waiter, .unavailable(.busy), now)] }
        if let number = questionOf[id] {
            health.shared += 1
            waiterCount += 1
            questions[number]?.waiters.append(waiter)
            return []
        }
        if pausedUntil != nil { return [answer(waiter, .rateLimited(.paused), now)] }
        guard questions.count < limits.questions / asker.share else {
            return [answer(waiter, .unavailable(.busy), now)]
        }
        let number = nextNumber()
        waiterCount += 1
        questionOf[id] = number
        return [start(Question(id: id, waiters: [waiter]), number, now)]
    }

    /// An attempt ended. One that was cancelled or is unknown is no fault.
    mutating func attemptEnded(_ attempt: AttemptID, _ end: AttemptEnd, now: MonotonicTime) -> [Action] {
        forgetOld(now)
        if let seconds = end.clockAheadSeconds { health.clockAheadSeconds = seconds }
        guard let number = questionOfAttempt.removeValue(forKey: attempt), let question = questions[number] else {
            return []
        }
        if end.outcome.status == .rateLimited { notePause(end, now) }
        if end.mayRetry, question.attempts < limits.attempts {
            let pause = limits.pausesMilliseconds[min(question.attempts, limits.pausesMilliseconds.count) - 1]
            let wait = max(pause, end.retryAfterMilliseconds ?? 0)
            let until = now.adding(milliseconds: min(wait, limits.maxRetryAfterMilliseconds))
            if until < question.lastDeadline {
                questions[number]?.phase = .pausing(until: until, after: end.outcome)
                return []
            }
        }
        health.ended(end.outcome, at: now)
        if isCurrent(number), end.outcome.status == .found || end.outcome.status == .notFound,
            end.body.count <= limits.keptBytes
        {
            if kept.count >= limits.kept { kept.removeFirst() }
            kept.append(Kept(id: question.id, outcome: end.outcome, body: end.body, arrivedAt: now))
        }
        return finish(number, end.outcome, now, body: end.body)
    }

    /// Time went on: deadlines and retries that are due.
    mutating func timePassed(now: MonotonicTime) -> [Action] {
        forgetOld(now)
        var actions: [Action] = []
        for number in questions.keys.sorted() {
            guard var question = questions[number] else { continue }
            let late = question.waiters.filter { $0.deadline <= now }
            question.waiters.removeAll { $0.deadline <= now }
            waiterCount -= late.count
            questions[number] = question
            if !late.isEmpty {
                let outcome = lateOutcome(of: question)
                if question.waiters.isEmpty { health.ended(outcome, at: now) }
                for waiter in late { actions.append(answer(waiter, outcome, now)) }
            }
            if question.waiters.isEmpty {
                if case .asking(let attempt) = question.phase {
                    questionOfAttempt[attempt] = nil
                    actions.append(.cancelAttempt(attempt))
                }
                forget(number)
            } else if case .pausing(let until, let outcome) = question.phase, until <= now {
                actions += retry(number, question, after: outcome, now)
            }
        }
        return actions
    }

    /// A purchase has changed what there is to say of a member, by whichever id it is known: what was said is forgotten, and nobody joins a
    /// question of before.
    mutating func memberChanged(_ text: String) {
        guard let id = MemberID(text) else { return }
        // The provider's own id may be another one, by which the member was asked for as well.
        let names = Set(kept.filter { $0.id == id }.compactMap(\.ownID) + [id])
        kept.removeAll { names.contains($0.id) || $0.ownID.map(names.contains) ?? false }
        for name in names { questionOf[name] = nil }
    }

    /// The endpoint's settings are others from now on: what is under way ends as it began, and nobody joins it.
    mutating func settingsChanged() {
        kept = []
        questionOf = [:]
        pausedUntil = nil
    }

    /// There will be no more answers.
    mutating func stopped(now: MonotonicTime) -> [Action] {
        var actions: [Action] = []
        for number in questions.keys.sorted() {
            if case .asking(let attempt) = questions[number]?.phase { actions.append(.cancelAttempt(attempt)) }
            actions += finish(number, .unavailable(.stopped), now)
        }
        questionOfAttempt = [:]
        kept = []
        return actions
    }

    // MARK: Pieces

    private mutating func nextNumber() -> UInt64 {
        lastNumber += 1
        return lastNumber
    }

    private func isCurrent(_ number: QuestionID) -> Bool {
        questions[number].map { questionOf[$0.id] == number } ?? false
    }

    private mutating func start(_ question: Question, _ number: QuestionID, _ now: MonotonicTime) -> Action {
        let attempt = nextNumber()
        var question = question
        question.phase = .asking(attempt)
        question.attempts += 1
        questions[number] = question
        questionOfAttempt[attempt] = number
        health.attempts += 1
        // Rounded up, so that a deadline comes before the attempt's own end.
        let left = Int((question.lastDeadline.microseconds - now.microseconds + 999) / 1000)
        return .startAttempt(attempt, question.id, timeoutMilliseconds: max(1, left))
    }

    private mutating func retry(
        _ number: QuestionID, _ question: Question, after outcome: MemberOutcome, _ now: MonotonicTime
    ) -> [Action] {
        // Another question may have been told to pause meanwhile.
        if isCurrent(number), let pausedUntil {
            guard pausedUntil < question.lastDeadline else { return finish(number, .rateLimited(.paused), now) }
            questions[number]?.phase = .pausing(until: pausedUntil, after: outcome)
            return []
        }
        health.retries += 1
        return [start(question, number, now)]
    }

    /// Who runs out of time in a pause is told why there was one; who does so in an attempt, that there was no answer.
    private func lateOutcome(of question: Question) -> MemberOutcome {
        switch question.phase {
        case .new, .asking: .unavailable(.timeout)
        case .pausing(_, let outcome): outcome
        }
    }

    private mutating func notePause(_ end: AttemptEnd, _ now: MonotonicTime) {
        guard let asked = end.retryAfterMilliseconds, asked > 0 else { return }
        let until = now.adding(milliseconds: min(asked, limits.maxRetryAfterMilliseconds))
        pausedUntil = max(until, pausedUntil ?? until)
    }

    private mutating func forgetOld(_ now: MonotonicTime) {
        let longest = max(limits.keepMilliseconds, limits.keepForTillMilliseconds)
        kept.removeAll { $0.arrivedAt.adding(milliseconds: longest) <= now }
        if let until = pausedUntil, until <= now { pausedUntil = nil }
    }

    private func keepMilliseconds(for asker: LookupAsker) -> Int {
        switch asker {
        case .scan, .program: limits.keepMilliseconds
        case .till: limits.keepForTillMilliseconds
        }
    }

    private mutating func finish(
        _ number: QuestionID, _ outcome: MemberOutcome, _ now: MonotonicTime, body: [UInt8] = []
    ) -> [Action] {
        let waiters = questions[number]?.waiters ?? []
        waiterCount -= waiters.count
        forget(number)
        return waiters.map { answer($0, outcome, now, body: body) }
    }

    private mutating func forget(_ number: QuestionID) {
        if let question = questions.removeValue(forKey: number), questionOf[question.id] == number {
            questionOf[question.id] = nil
        }
    }

    private mutating func answer(
        _ waiter: Waiter, _ outcome: MemberOutcome, _ now: MonotonicTime, keptSince: MonotonicTime? = nil,
        body: [UInt8] = []
    ) -> Action {
        health.answers[outcome.status, default: 0] += 1
        let source = keptSince.map { LookupAnswer.Source.cache(ageMilliseconds: now.milliseconds(since: $0)) } ?? .live
        let elapsed = max(0, now.milliseconds(since: waiter.scannedAt))
        return .answer(
            waiter.ticket, LookupAnswer(outcome: outcome, lookupMilliseconds: elapsed, source: source, body: body))
    }
}

extension LookupAsker {
    /// One in how many places may be taken before it is turned away.
    fileprivate var share: Int {
        switch self {
        case .scan, .till: 1
        case .program: 2
        }
    }
}
