import SystemCalls

/// Decides which purchase is sent when, and what the till is told meanwhile. Knows no I/O; time is passed in.
///
/// A purchase that was stored is *unsettled* until the provider has taken or refused it, or a person has given it up. A *waiter* is one
/// request of the till that is not answered yet: it gets exactly one answer, by its own deadline, and at once where it is plain that
/// the provider's cannot come in time. A purchase that fails pauses alone; where all would fail, there is a pause for all of them.
public struct SubmissionMachine {
    /// Names a request that waits.
    public typealias Ticket = UInt64

    public enum Action: Equatable {
        /// Send it, and report with ``SubmissionMachine/attemptEnded(_:_:now:)``.
        case send(Int64, timeoutMilliseconds: Int)
        case answer(Ticket, TillAnswer)
        /// The till was told that it will be sent later, for the first time.
        case queued(Int64)
        /// It was not taken, and will be sent again.
        case postponed(Int64, attempts: Int, detail: String)
        /// Nothing more becomes of it by itself. To be written down, then told with ``SubmissionMachine/recorded(_:)``.
        case ended(Int64, PurchaseState, attempts: Int, detail: String?, answer: [UInt8]?)
        /// The provider has asked to be sent nothing for so long, over a restart too. To be written down; nothing waits for that.
        case silence(milliseconds: Int, detail: String)
        /// What was asked for does not hold any more.
        case silenceLifted
    }

    /// What the till is told.
    public enum TillAnswer: Equatable, Sendable {
        /// It is stored, and the provider will hear of it.
        case queued
        /// The provider's own answer, whichever it was.
        case provider([UInt8])
    }

    private enum Phase {
        case waiting
        case pausing(until: MonotonicTime, isOutage: Bool)
        case sending(since: MonotonicTime)
    }

    private struct Progress {
        var phase = Phase.waiting
        var attempts: Int
        /// Whether the till knows it as taken, so that a refusal is for a person to see.
        var isPromised: Bool
    }

    private struct Waiter {
        let id: Int64
        let deadline: MonotonicTime
    }

    private let limits: SubmissionLimits
    private var lanes = SubmissionLanes()
    private var progress: [Int64: Progress] = [:]
    /// Those that may be sent at once.
    private var ready: [Int64] = []
    private var waiters: [Ticket: Waiter] = [:]
    /// Ends that are not written down yet, with the answer.
    private var unrecorded: [Int64: [UInt8]?] = [:]
    private var sendingCount = 0
    private var failuresInARow = 0
    private var lastFailureAt: MonotonicTime?
    private var outageUntil: MonotonicTime?
    /// Asked for by the provider: nothing but other settings shortens it.
    private var silence: (until: MonotonicTime, detail: String)?
    private var random: SubmissionJitter

    /// - Parameter seed: Where the jitter begins.
    public init(limits: SubmissionLimits = SubmissionLimits(), seed: UInt64) {
        self.limits = limits
        random = SubmissionJitter(seed: seed)
    }

    // MARK: What the host wants to know

    public var unsettledCount: Int { lanes.count }
    public var deadCount: Int { lanes.deadCount }
    /// Whether nothing is sent for now, since all would fail.
    public var isPaused: Bool { outageUntil != nil || silence != nil }
    /// Why nothing at all may be sent: the provider has asked for that with an answer of this kind. Nil if it has not.
    public func silenceDetail(now: MonotonicTime) -> String? { silence.flatMap { $0.until > now ? $0.detail : nil } }
    public func isUnsettled(_ id: Int64) -> Bool { lanes.isUnsettled(id) }
    /// Whether it is known here in any way: to be sent, to be decided about, or ended and not written down yet.
    public func isKnown(_ id: Int64) -> Bool { lanes.isUnsettled(id) || lanes.isDead(id) || unrecorded[id] != nil }
    public func isDead(_ id: Int64) -> Bool { lanes.isDead(id) }
    /// Whether the provider does not take what it is sent.
    public var isFailing: Bool { failuresInARow > 0 }
    /// The oldest purchase that is to be sent.
    public var oldest: Int64? { lanes.oldest }
    /// Whether one that is not stored here would overtake another of the same member or item.
    public func wouldOvertake(_ entry: SubmissionEntry) -> Bool { lanes.wouldOvertake(entry) }
    public func isSending(_ id: Int64) -> Bool {
        if case .sending = progress[id]?.phase { true } else { false }
    }

    /// When ``timePassed(now:)`` is to be called at the latest; nil if there is nothing to wait for.
    public var wakeAt: MonotonicTime? {
        var earliest = waiters.values.map(\.deadline).min()
        func consider(_ time: MonotonicTime?) {
            guard let time else { return }
            earliest = earliest.map { min($0, time) } ?? time
        }
        if let pause = [outageUntil, silence?.until].compactMap({ $0 }).max() {
            if lanes.count > 0 { consider(pause) }
            return earliest
        }
        for one in progress.values {
            if case .pausing(let until, _) = one.phase { consider(until) }
        }
        return earliest
    }

    // MARK: What happens

    /// A purchase of an earlier run, whose till was answered then.
    public mutating func loaded(_ entry: SubmissionEntry, isDead: Bool) {
        if isDead { return lanes.addDead(entry) }
        add(entry, isPromised: true)
    }

    /// An earlier run was asked for silence, of which so much is left.
    public mutating func silenceLoaded(milliseconds: Int, detail: String, now: MonotonicTime) {
        keepSilent(until: now.adding(milliseconds: milliseconds), detail)
    }

    /// Everything of earlier runs is loaded.
    public mutating func started(now: MonotonicTime) -> [Action] { sendMore(now) }

    /// A new purchase is on the disk, and a request waits for its answer.
    public mutating func stored(
        _ entry: SubmissionEntry, waiter: Ticket, deadline: MonotonicTime, now: MonotonicTime
    ) -> [Action] {
        forgetPauses(now)
        add(entry, isPromised: false)
        waiters[waiter] = Waiter(id: entry.id, deadline: deadline)
        return sendMore(now)
    }

    /// The till asks about a purchase that it has sent before.
    ///
    /// - Returns: Nil if it is not known here: then what is stored holds.
    public mutating func joined(
        _ id: Int64, waiter: Ticket, deadline: MonotonicTime, now: MonotonicTime
    ) -> [Action]? {
        if let ended = unrecorded[id], let answer = ended { return [.answer(waiter, .provider(answer))] }
        guard lanes.isUnsettled(id) else { return nil }
        waiters[waiter] = Waiter(id: id, deadline: deadline)
        return answerHopeless(now)
    }

    public mutating func attemptEnded(_ id: Int64, _ end: SubmissionEnd, now: MonotonicTime) -> [Action] {
        forgetPauses(now)
        guard var one = progress[id], case .sending(let since) = one.phase else { return [] }
        sendingCount -= 1
        switch end {
        case .accepted(let answer):
            endpointIsWell()
            return settle(id, one, .accepted, nil, answer) + sendMore(now)
        case .rejected(let answer, let detail):
            endpointIsWell()
            return settle(id, one, one.isPromised ? .failed : .rejected, detail, answer) + sendMore(now)
        case .later(let postponement):
            notePause(postponement, since, now)
            let longest =
                postponement.isEndpointWide ? limits.longestOutagePauseMilliseconds : limits.longestPauseMilliseconds
            let pause = max(
                random.pause(one.attempts, first: limits.firstPauseMilliseconds, longest: longest),
                postponement.retryAfterMilliseconds ?? 0)
            one.phase = .pausing(until: now.adding(milliseconds: pause), isOutage: postponement.isEndpointWide)
            progress[id] = one
            return [.postponed(id, attempts: one.attempts, detail: postponement.detail)]
                + askedToWait(postponement, now: now) + sendMore(now)
        }
    }

    /// The provider has answered something that may ask for silence.
    public mutating func askedToWait(_ postponement: Postponement, now: MonotonicTime) -> [Action] {
        guard let asked = postponement.retryAfterMilliseconds, asked > 0 else { return [] }
        let isLonger = keepSilent(until: now.adding(milliseconds: asked), postponement.detail)
        return isLonger ? [.silence(milliseconds: asked, detail: postponement.detail)] : []
    }

    public mutating func timePassed(now: MonotonicTime) -> [Action] {
        forgetPauses(now)
        for (id, one) in progress {
            if case .pausing(let until, _) = one.phase, until <= now { wake(id) }
        }
        return sendMore(now)
    }

    /// The provider has answered a question about a member: an outage is over.
    public mutating func endpointAnswered(now: MonotonicTime) -> [Action] {
        guard failuresInARow > 0 else { return [] }
        forgetPauses(now)
        endpointIsWell()
        return sendMore(now)
    }

    /// The address or the token may be others: whatever waits is tried at once, and what was written down of a silence does not hold, by an
    /// earlier run and not loaded yet either.
    public mutating func settingsChanged(now: MonotonicTime) -> [Action] {
        silence = nil
        failuresInARow = 0
        outageUntil = nil
        for (id, one) in progress {
            if case .pausing = one.phase { wake(id) }
        }
        return [.silenceLifted] + sendMore(now)
    }

    /// An end is on the disk.
    public mutating func recorded(_ id: Int64) { unrecorded[id] = nil }

    /// A person wants a dead purchase to be sent again.
    ///
    /// - Returns: Nil if it is no dead one.
    public mutating func resent(_ id: Int64, now: MonotonicTime) -> [Action]? {
        guard let (entry, freed) = lanes.revive(id) else { return nil }
        var again = entry
        again.attempts = 0
        add(again, isPromised: true)
        for id in freed { makeReady(id) }
        return sendMore(now)
    }

    /// A person gives a purchase up.
    ///
    /// - Returns: Nil if it is not known, or is being sent this moment.
    public mutating func discarded(_ id: Int64, now: MonotonicTime) -> [Action]? {
        if let (entry, freed) = lanes.revive(id) {
            for id in freed { makeReady(id) }
            unrecorded[id] = .some(nil)
            return [.ended(id, .discarded, attempts: entry.attempts, detail: "discarded", answer: nil)] + sendMore(now)
        }
        guard let one = progress[id], !isSending(id) else { return nil }
        let answer = SubmissionAnswer.rejection("the sale was given up at the till")
        return settle(id, one, .discarded, "discarded", answer) + sendMore(now)
    }

    /// A purchase has waited for too long: a person is to decide.
    public mutating func grewTooOld(_ id: Int64, now: MonotonicTime) -> [Action] {
        guard let one = progress[id], !isSending(id) else { return [] }
        return settle(id, one, .failed, "too_old", nil) + sendMore(now)
    }

    /// Nothing more is sent: whoever waits is told what is true, that the purchase is stored.
    public mutating func stopped() -> [Action] {
        let tickets = waiters.keys.sorted()
        return tickets.flatMap { answerQueued($0) }
    }

    // MARK: Pieces

    private mutating func add(_ entry: SubmissionEntry, isPromised: Bool) {
        guard !lanes.isUnsettled(entry.id) else { return }
        lanes.add(entry)
        progress[entry.id] = Progress(attempts: entry.attempts, isPromised: isPromised)
        makeReady(entry.id)
    }

    private mutating func makeReady(_ id: Int64) {
        if case .waiting = progress[id]?.phase, lanes.isFree(id) { ready.insertSorted(id) }
    }

    /// A pause is over.
    private mutating func wake(_ id: Int64) {
        progress[id]?.phase = .waiting
        makeReady(id)
    }

    private mutating func sendMore(_ now: MonotonicTime) -> [Action] {
        var actions: [Action] = []
        while sendingCount < limits.inFlight, !isPaused, let id = nextToSend(), var one = progress[id] {
            ready.removeSorted(id)
            // An older one may have come back in front of it meanwhile.
            guard lanes.isFree(id) else { continue }
            one.attempts += 1
            one.phase = .sending(since: now)
            progress[id] = one
            sendingCount += 1
            actions.append(.send(id, timeoutMilliseconds: limits.attemptMilliseconds))
        }
        return actions + answerHopeless(now)
    }

    /// The till's own goes first; of the others the oldest.
    private func nextToSend() -> Int64? {
        waiters.values.map(\.id).filter { ready.containsSorted($0) }.min() ?? ready.first
    }

    private mutating func settle(
        _ id: Int64, _ one: Progress, _ state: PurchaseState, _ detail: String?, _ answer: [UInt8]?
    ) -> [Action] {
        progress[id] = nil
        ready.removeSorted(id)
        let freed = state == .failed ? lanes.die(id, attempts: one.attempts) : lanes.settle(id)
        for id in freed { makeReady(id) }
        unrecorded[id] = .some(answer)
        var actions: [Action] = []
        for (ticket, waiter) in waiters.sorted(by: { $0.key < $1.key }) where waiter.id == id {
            waiters[ticket] = nil
            actions.append(.answer(ticket, answer.map { .provider($0) } ?? .queued))
        }
        return actions + [.ended(id, state, attempts: one.attempts, detail: detail, answer: answer)]
    }

    /// Answers those whose time is up, and those for whom the provider's answer will not come in time.
    private mutating func answerHopeless(_ now: MonotonicTime) -> [Action] {
        var actions: [Action] = []
        for (ticket, waiter) in waiters.sorted(by: { $0.key < $1.key }) {
            if waiter.deadline <= now || isHopeless(waiter.id) { actions += answerQueued(ticket) }
        }
        return actions
    }

    private func isHopeless(_ id: Int64) -> Bool {
        switch progress[id]?.phase {
        case .sending: return false
        case .pausing, nil: return true
        case .waiting:
            if isPaused || lanes.isHeldByDead(id) { return true }
            return lanes.obstacles(of: id).contains { if case .pausing = progress[$0]?.phase { true } else { false } }
        }
    }

    private mutating func answerQueued(_ ticket: Ticket) -> [Action] {
        guard let waiter = waiters.removeValue(forKey: ticket) else { return [] }
        let isFirst = !(progress[waiter.id]?.isPromised ?? true)
        progress[waiter.id]?.isPromised = true
        return [.answer(ticket, .queued)] + (isFirst ? [.queued(waiter.id)] : [])
    }

    // MARK: The endpoint's health

    private mutating func notePause(_ postponement: Postponement, _ since: MonotonicTime, _ now: MonotonicTime) {
        // Several that were under way together are one failure.
        if since >= lastFailureAt ?? since { failuresInARow += 1 }
        lastFailureAt = now
        if postponement.isEndpointWide || failuresInARow >= limits.failuresOfAnOutage {
            let pause = random.pause(
                failuresInARow, first: limits.firstPauseMilliseconds, longest: limits.longestOutagePauseMilliseconds)
            let until = now.adding(milliseconds: pause)
            outageUntil = max(until, outageUntil ?? until)
        }
    }

    /// - Returns: Whether that is longer than before.
    @discardableResult
    private mutating func keepSilent(until: MonotonicTime, _ detail: String) -> Bool {
        if let silence, silence.until >= until { return false }
        silence = (until, detail)
        return true
    }

    /// Those that paused since nothing was taken need not wait any longer.
    private mutating func endpointIsWell() {
        let wasFailing = failuresInARow > 0
        failuresInARow = 0
        outageUntil = nil
        guard wasFailing, silence == nil else { return }
        for (id, one) in progress {
            if case .pausing(_, let isOutage) = one.phase, isOutage { wake(id) }
        }
    }

    private mutating func forgetPauses(_ now: MonotonicTime) {
        if let until = outageUntil, until <= now { outageUntil = nil }
        if let silence, silence.until <= now { self.silence = nil }
    }
}
