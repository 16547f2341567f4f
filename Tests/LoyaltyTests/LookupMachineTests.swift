import SeededNumbers
import SystemCalls
import Testing

@testable import Loyalty

/// The machine on a clock of the test's own: times are milliseconds from the first scan.
private struct Bench {
    var machine: LookupMachine
    var timeout = 4000

    init(_ change: (inout LookupMachine.Limits) -> Void = { _ in }) {
        var limits = LookupMachine.Limits()
        change(&limits)
        machine = LookupMachine(limits: limits)
    }

    static func time(_ milliseconds: Int) -> MonotonicTime {
        MonotonicTime(microseconds: 1_000_000_000).adding(milliseconds: milliseconds)
    }

    mutating func ask(
        _ ticket: UInt64, _ id: String = "card", by asker: LookupAsker = .scan, at now: Int
    ) -> [LookupMachine.Action] {
        machine.asked(
            ticket, id: id, by: asker, scannedAt: Self.time(now), deadline: Self.time(now + timeout),
            now: Self.time(now))
    }

    mutating func end(_ attempt: UInt64, _ end: AttemptEnd, at now: Int) -> [LookupMachine.Action] {
        machine.attemptEnded(attempt, end, now: Self.time(now))
    }

    mutating func pass(to now: Int) -> [LookupMachine.Action] { machine.timePassed(now: Self.time(now)) }

    var wakeAt: Int? { machine.wakeAt.map { $0.milliseconds(since: Self.time(0)) } }
}

private func start(_ attempt: UInt64, _ timeout: Int, _ id: String = "card") -> LookupMachine.Action? {
    MemberID(id).map { .startAttempt(attempt, $0, timeoutMilliseconds: timeout) }
}

private func answer(
    _ ticket: UInt64, _ outcome: MemberOutcome, _ milliseconds: Int, _ source: LookupAnswer.Source = .live
) -> LookupMachine.Action {
    .answer(ticket, LookupAnswer(outcome: outcome, lookupMilliseconds: milliseconds, source: source))
}

private func begun(in actions: [LookupMachine.Action]) -> UInt64? {
    for case .startAttempt(let attempt, _, _) in actions { return attempt }
    return nil
}

private let ana = MemberOutcome.found(Member(id: "m1", name: "Ana"))
private let failed = MemberOutcome.unavailable(.http(500))

@Suite struct LookupMachineTests {
    @Test func aQuestionIsAskedAndAnswered() throws {
        var bench = Bench()
        let asked = bench.ask(1, at: 0)
        let first = try #require(begun(in: asked))
        #expect(asked == [start(first, 4000)])
        #expect(bench.wakeAt == 4000)
        #expect(bench.end(first, AttemptEnd(ana), at: 70) == [answer(1, ana, 70)])
        #expect(bench.wakeAt == nil)
        #expect(bench.machine.health.state == .ok)
        // Whatever is heard of it afterwards means nothing.
        #expect(bench.end(first, AttemptEnd(failed), at: 71) == [])
        #expect(bench.pass(to: 9000) == [])
    }

    @Test func theTimeBeforeTheQuestionCounts() {
        var bench = Bench()
        let actions = bench.machine.asked(
            1, id: "card", scannedAt: Bench.time(0), deadline: Bench.time(4000), now: Bench.time(30))
        #expect(actions == [start(begun(in: actions) ?? 0, 3970)])
        let late = bench.machine.asked(
            2, id: "b", scannedAt: Bench.time(0), deadline: Bench.time(40), now: Bench.time(40))
        #expect(late == [answer(2, .unavailable(.timeout), 40)])
    }

    @Test(arguments: ["", ".", "..", "a\nb", String(repeating: "x", count: 129)])
    func whatIsNoIDIsRejectedWithoutAsking(_ id: String) {
        var bench = Bench()
        #expect(bench.ask(1, id, at: 0) == [answer(1, .rejected(.badID), 0)])
        #expect(bench.machine.health.state == .unknown)
    }

    // MARK: One question for many

    @Test func theSameIDIsAskedOnceAndEachWaiterIsAnsweredOnce() throws {
        var bench = Bench()
        let first = try #require(begun(in: bench.ask(1, at: 0)))
        for ticket in 2...20 { #expect(bench.ask(UInt64(ticket), at: Int(ticket)) == []) }
        let answers = bench.end(first, AttemptEnd(.notFound), at: 100)
        #expect(answers == (1...20).map { answer(UInt64($0), .notFound, $0 == 1 ? 100 : 100 - $0) })
        #expect(bench.machine.health.attempts == 1)
        #expect(bench.machine.health.shared == 19)
    }

    @Test func eachWaiterHasItsOwnDeadline() throws {
        var bench = Bench()
        let first = try #require(begun(in: bench.ask(1, at: 0)))
        #expect(bench.ask(2, at: 500) == [])
        #expect(bench.pass(to: 3999) == [])
        #expect(bench.pass(to: 4000) == [answer(1, .unavailable(.timeout), 4000)])
        #expect(bench.wakeAt == 4500)
        #expect(bench.machine.health.state == .unknown, "the question is still open")
        #expect(bench.pass(to: 4500) == [answer(2, .unavailable(.timeout), 4000), .cancelAttempt(first)])
        #expect(bench.machine.health.state == .failing)
        #expect(bench.machine.health.lastDetail == .timeout)
        #expect(bench.end(first, AttemptEnd(ana), at: 4501) == [])
    }

    @Test func idsThatDifferInOneByteAreTwoQuestions() {
        var bench = Bench()
        #expect(begun(in: bench.ask(1, "é", at: 0)) != nil)
        #expect(begun(in: bench.ask(2, "e\u{301}", at: 0)) != nil)
        #expect(begun(in: bench.ask(3, "ab", at: 0)) != nil)
        #expect(begun(in: bench.ask(4, "aB", at: 0)) != nil)
    }

    // MARK: What is kept

    @Test(arguments: [ana, MemberOutcome.notFound])
    func whatTheEndpointSaidIsKeptForASecond(_ outcome: MemberOutcome) throws {
        var bench = Bench()
        let first = try #require(begun(in: bench.ask(1, at: 0)))
        _ = bench.end(first, AttemptEnd(outcome), at: 100)
        #expect(bench.ask(2, at: 400) == [answer(2, outcome, 0, .cache(ageMilliseconds: 300))])
        #expect(bench.ask(3, at: 1099) == [answer(3, outcome, 0, .cache(ageMilliseconds: 999))])
        #expect(begun(in: bench.ask(4, at: 1100)) != nil)
        #expect(bench.machine.health.cached == 2)
    }

    @Test func failuresAreNotKept() throws {
        var bench = Bench()
        let first = try #require(begun(in: bench.ask(1, at: 0)))
        _ = bench.end(first, AttemptEnd(.misconfigured(.http(401))), at: 10)
        #expect(begun(in: bench.ask(2, at: 20)) != nil)
    }

    @Test func onlySoManyAreKept() throws {
        var bench = Bench { $0.kept = 2 }
        for (ticket, id) in [(UInt64(1), "a"), (2, "b"), (3, "c")] {
            let attempt = try #require(begun(in: bench.ask(ticket, id, at: 0)))
            _ = bench.end(attempt, AttemptEnd(ana), at: 1)
        }
        #expect(begun(in: bench.ask(4, "a", at: 2)) != nil)
        #expect(begun(in: bench.ask(5, "b", at: 2)) == nil)
        #expect(begun(in: bench.ask(6, "c", at: 2)) == nil)
    }

    // MARK: Retries

    @Test func failuresAreTriedAgainAfterRisingPauses() throws {
        var bench = Bench()
        var now = 0
        var current = try #require(begun(in: bench.ask(1, at: 0)))
        for pause in [100, 300, 900] {
            #expect(bench.end(current, AttemptEnd(failed), at: now + 10) == [])
            #expect(bench.wakeAt == now + 10 + pause)
            #expect(bench.pass(to: now + 9 + pause) == [])
            let actions = bench.pass(to: now + 10 + pause)
            now += 10 + pause
            current = try #require(begun(in: actions))
            #expect(actions == [start(current, 4000 - now)])
        }
        #expect(bench.end(current, AttemptEnd(failed), at: now + 10) == [answer(1, failed, now + 10)])
        #expect(bench.machine.health.attempts == 4)
        #expect(bench.machine.health.retries == 3)
    }

    @Test func aRetryThatSucceedsIsAnAnswer() throws {
        var bench = Bench()
        let first = try #require(begun(in: bench.ask(1, at: 0)))
        _ = bench.end(first, AttemptEnd(.unavailable(.connectionLost)), at: 10)
        #expect(bench.ask(2, at: 50) == [])
        let second = try #require(begun(in: bench.pass(to: 110)))
        #expect(bench.end(second, AttemptEnd(ana), at: 150) == [answer(1, ana, 150), answer(2, ana, 100)])
    }

    @Test func thereIsNoRetryThatCannotEndInTime() throws {
        var bench = Bench()
        bench.timeout = 300
        let first = try #require(begun(in: bench.ask(1, at: 0)))
        #expect(bench.end(first, AttemptEnd(failed), at: 200) == [answer(1, failed, 200)])
    }

    @Test func whoRunsOutOfTimeInAPauseIsToldWhyThereWasOne() throws {
        var bench = Bench()
        let first = try #require(begun(in: bench.ask(1, at: 0)))
        #expect(bench.ask(2, at: 3000) == [])
        #expect(bench.end(first, AttemptEnd(failed), at: 3950) == [])
        #expect(bench.pass(to: 4000) == [answer(1, failed, 4000)])
        #expect(begun(in: bench.pass(to: 4050)) != nil)
    }

    @Test(arguments: [
        MemberOutcome.notFound, .rejected(.http(400)), .misconfigured(.noToken), .unavailable(.certificate),
        .rateLimited(.http(429)),
    ])
    func whatWouldNotChangeIsNotTriedAgain(_ outcome: MemberOutcome) throws {
        var bench = Bench()
        let first = try #require(begun(in: bench.ask(1, at: 0)))
        #expect(bench.end(first, AttemptEnd(outcome), at: 10) == [answer(1, outcome, 10)])
    }

    // MARK: Retry-After

    @Test func aShortPauseIsWaitedFor() throws {
        var bench = Bench()
        let limited = AttemptEnd(.rateLimited(.http(429)), retryAfterMilliseconds: 2000)
        let first = try #require(begun(in: bench.ask(1, at: 0)))
        #expect(bench.end(first, limited, at: 10) == [])
        // Another card meanwhile is not asked for.
        #expect(bench.ask(2, "other", at: 20) == [answer(2, .rateLimited(.paused), 0)])
        let second = try #require(begun(in: bench.pass(to: 2010)))
        #expect(bench.end(second, AttemptEnd(ana), at: 2020) == [answer(1, ana, 2020)])
        #expect(begun(in: bench.ask(3, "other", at: 2030)) != nil)
    }

    @Test func aLongPauseIsAnsweredAtOnceAndKept() throws {
        var bench = Bench()
        let limited = AttemptEnd(.rateLimited(.http(429)), retryAfterMilliseconds: 30_000)
        let first = try #require(begun(in: bench.ask(1, at: 0)))
        #expect(bench.end(first, limited, at: 10) == [answer(1, .rateLimited(.http(429)), 10)])
        #expect(bench.ask(2, "other", at: 30_009) == [answer(2, .rateLimited(.paused), 0)])
        #expect(begun(in: bench.ask(3, "other", at: 30_010)) != nil)
        #expect(bench.machine.health.state == .failing)
    }

    @Test func noEndpointMayStopItForMoreThanAnHour() throws {
        var bench = Bench()
        let limited = AttemptEnd(.rateLimited(.http(429)), retryAfterMilliseconds: 86_400_000)
        let first = try #require(begun(in: bench.ask(1, at: 0)))
        _ = bench.end(first, limited, at: 0)
        #expect(begun(in: bench.ask(2, at: 3_599_999)) == nil)
        #expect(begun(in: bench.ask(3, at: 3_600_000)) != nil)
    }

    @Test func aRetryWaitsForAPauseThatAnotherWasTold() throws {
        var bench = Bench()
        let first = try #require(begun(in: bench.ask(1, "a", at: 0)))
        let second = try #require(begun(in: bench.ask(2, "b", at: 0)))
        let third = try #require(begun(in: bench.ask(3, "c", at: 0)))
        _ = bench.end(first, AttemptEnd(failed), at: 10)
        _ = bench.end(second, AttemptEnd(.rateLimited(.http(429)), retryAfterMilliseconds: 1000), at: 20)
        #expect(bench.pass(to: 110) == [])
        _ = bench.end(third, AttemptEnd(.rateLimited(.http(429)), retryAfterMilliseconds: 9000), at: 120)
        #expect(
            bench.pass(to: 1020) == [answer(1, .rateLimited(.paused), 1020), answer(2, .rateLimited(.paused), 1020)])
        #expect(bench.wakeAt == nil)
    }

    // MARK: Limits and ends

    @Test func tooManyQuestionsAreRefused() {
        var bench = Bench()
        for ticket in 1...64 { #expect(begun(in: bench.ask(UInt64(ticket), "card\(ticket)", at: 0)) != nil) }
        #expect(bench.ask(65, "one more", at: 0) == [answer(65, .unavailable(.busy), 0)])
        #expect(bench.ask(66, "card1", at: 0) == [])
        #expect(bench.machine.health.state == .unknown)
    }

    @Test func programsLeaveScansHalfOfThePlaces() {
        var bench = Bench()
        for ticket in 1...32 {
            #expect(begun(in: bench.ask(UInt64(ticket), "card\(ticket)", by: .program, at: 0)) != nil)
        }
        #expect(bench.ask(33, "one more", by: .program, at: 0) == [answer(33, .unavailable(.busy), 0)])
        for ticket in 34...65 { #expect(begun(in: bench.ask(UInt64(ticket), "card\(ticket)", at: 0)) != nil) }
        #expect(bench.ask(66, "card66", at: 0) == [answer(66, .unavailable(.busy), 0)])
    }

    @Test func programsLeaveScansHalfOfTheRoomToWait() throws {
        var bench = Bench()
        #expect(begun(in: bench.ask(1, by: .program, at: 0)) != nil)
        for ticket in 2...128 { #expect(bench.ask(UInt64(ticket), by: .program, at: 0) == []) }
        #expect(bench.ask(129, by: .program, at: 0) == [answer(129, .unavailable(.busy), 0)])
        #expect(bench.ask(130, at: 0) == [])
    }

    @Test func tooManyWaitersAreRefusedUntilSomeAreAnswered() throws {
        var bench = Bench()
        let first = try #require(begun(in: bench.ask(1, at: 0)))
        for ticket in 2...256 { #expect(bench.ask(UInt64(ticket), at: 0) == []) }
        #expect(bench.ask(257, at: 0) == [answer(257, .unavailable(.busy), 0)])
        #expect(bench.end(first, AttemptEnd(.rejected(.http(400))), at: 1).count == 256)
        #expect(begun(in: bench.ask(258, at: 2)) != nil)
    }

    @Test func afterAReloadNobodyJoinsWhatIsUnderWay() throws {
        var bench = Bench()
        let first = try #require(begun(in: bench.ask(1, at: 0)))
        bench.machine.settingsChanged()
        let second = try #require(begun(in: bench.ask(2, at: 10)))
        #expect(bench.end(first, AttemptEnd(ana), at: 20) == [answer(1, ana, 20)])
        // Its answer is not kept either: it came from elsewhere.
        #expect(bench.ask(3, at: 30) == [])
        #expect(
            bench.end(second, AttemptEnd(.notFound), at: 40) == [answer(2, .notFound, 30), answer(3, .notFound, 10)])
    }

    @Test func everybodyIsToldOfTheEnd() throws {
        var bench = Bench()
        let first = try #require(begun(in: bench.ask(1, at: 0)))
        #expect(bench.ask(2, at: 1) == [])
        let actions = bench.machine.stopped(now: Bench.time(5))
        #expect(
            actions == [
                .cancelAttempt(first), answer(1, .unavailable(.stopped), 5), answer(2, .unavailable(.stopped), 4),
            ])
        #expect(bench.wakeAt == nil)
    }

    /// Whatever happens in whatever order, each ticket is answered once and by its deadline.
    @Test(arguments: 1...20)
    func eachTicketIsAnsweredOnceByItsDeadline(_ seed: UInt64) {
        var bench = Bench {
            $0.questions = 4
            $0.waiters = 12
        }
        bench.timeout = 700
        var random = SeededGenerator(state: seed)
        var open: [UInt64] = []
        var deadlines: [UInt64: Int] = [:]
        var answered: Set<UInt64> = []
        let ends = [
            AttemptEnd(ana), AttemptEnd(.notFound), AttemptEnd(failed), AttemptEnd(.unavailable(.connectionLost)),
            AttemptEnd(.misconfigured(.notJSON)), AttemptEnd(.rateLimited(.http(429)), retryAfterMilliseconds: 200),
        ]
        for now in stride(from: 0, to: 20_000, by: 7) {
            var actions = bench.pass(to: now)
            switch random.next() % 4 {
            case 0:
                let ticket = UInt64(now + 1)
                deadlines[ticket] = now + 700
                actions += bench.ask(ticket, "card\(random.next() % 6)", at: now)
            case 1 where !open.isEmpty:
                let attempt = open.remove(at: Int(random.next() % UInt64(open.count)))
                actions += bench.end(attempt, ends[Int(random.next() % UInt64(ends.count))], at: now)
            default: break
            }
            for action in actions {
                switch action {
                case .startAttempt(let attempt, _, let timeout):
                    #expect(timeout > 0 && timeout <= 700)
                    open.append(attempt)
                case .cancelAttempt(let attempt): open.removeAll { $0 == attempt }
                case .answer(let ticket, _):
                    #expect(answered.insert(ticket).inserted)
                    #expect(now < deadlines[ticket, default: 0] + 7)
                }
            }
        }
        _ = bench.pass(to: 21_000).map { if case .answer(let ticket, _) = $0 { answered.insert(ticket) } }
        #expect(answered == Set(deadlines.keys))
        #expect(bench.wakeAt == nil)
    }
}
