import FoundationEssentials
import SystemCalls
import Testing

@testable import Loyalty

/// What is kept for whom, and what a purchase changes about it. Times are milliseconds from the first scan.
@Suite struct MemberChangeTests {
    private final class Bench {
        var machine = LookupMachine()
        private var lastTicket: UInt64 = 0

        static func time(_ milliseconds: Int) -> MonotonicTime {
            MonotonicTime(microseconds: 1_000_000_000).adding(milliseconds: milliseconds)
        }

        func ask(_ id: String, by asker: LookupAsker = .scan, at now: Int) -> [LookupMachine.Action] {
            lastTicket += 1
            return machine.asked(
                lastTicket, id: id, by: asker, scannedAt: Self.time(now), deadline: Self.time(now + 4000),
                now: Self.time(now))
        }

        /// Whether nobody has to be asked.
        func isKept(_ id: String, by asker: LookupAsker = .scan, at now: Int) -> Bool {
            answers(ask(id, by: asker, at: now)).contains { if case .cache = $0.source { true } else { false } }
        }

        func end(_ attempt: UInt64, _ member: Member, _ body: [UInt8] = [], at now: Int) -> [LookupAnswer] {
            answers(machine.attemptEnded(attempt, AttemptEnd(.found(member), body: body), now: Self.time(now)))
        }

        /// Asks and lets the endpoint answer 10 ms later.
        func learn(_ id: String, _ member: Member, _ body: [UInt8] = [], at now: Int) throws {
            let attempt = try #require(begun(ask(id, at: now - 10)))
            _ = end(attempt, member, body, at: now)
        }

        func begun(_ actions: [LookupMachine.Action]) -> UInt64? {
            for case .startAttempt(let attempt, _, _) in actions { return attempt }
            return nil
        }

        func answers(_ actions: [LookupMachine.Action]) -> [LookupAnswer] {
            actions.compactMap { if case .answer(_, let answer) = $0 { answer } else { nil } }
        }
    }

    private let ana = Member(id: "m1", name: "Ana", balance: 5)

    // MARK: The till

    /// How old an answer is, and for whom it is still one.
    @Test(arguments: [
        (0, true, true), (999, true, true), (1000, false, true), (5000, false, true), (9999, false, true),
        (10_000, false, false), (60_000, false, false),
    ])
    func theTillShowsWhatTheListenersWereTold(age: Int, forOthers: Bool, forTill: Bool) throws {
        for (asker, isKept) in [(LookupAsker.scan, forOthers), (.program, forOthers), (.till, forTill)] {
            let bench = Bench()
            try bench.learn("card", ana, at: 100)
            #expect(bench.isKept("card", by: asker, at: 100 + age) == isKept)
        }
    }

    @Test func theTillGetsTheAnswerAsItCame() throws {
        let bench = Bench()
        let body = Array(#"{"MemberId":"m1"}"#.utf8)
        try bench.learn("card", ana, body, at: 100)
        let answer = try #require(bench.answers(bench.ask("card", by: .till, at: 5100)).first)
        #expect(
            answer
                == LookupAnswer(
                    outcome: .found(ana), lookupMilliseconds: 0, source: .cache(ageMilliseconds: 5000), body: body))
        // Who has waited for it as well, and whoever joined.
        let attempt = try #require(bench.begun(bench.ask("other", at: 6000)))
        #expect(bench.ask("other", by: .till, at: 6010) == [])
        #expect(bench.end(attempt, ana, body, at: 6020).map(\.body) == [body, body])
        // An answer that nobody was found by has its body too.
        let third = try #require(bench.begun(bench.ask("third", by: .till, at: 7000)))
        let missing = bench.answers(
            bench.machine.attemptEnded(third, AttemptEnd(.notFound, body: body), now: Bench.time(7010)))
        #expect(missing.map(\.body) == [body])
        #expect(bench.answers(bench.ask("third", by: .till, at: 9000)).map(\.body) == [body])
    }

    /// A newer answer than the one that is kept for the till stands for it.
    @Test func theNewestAnswerCounts() throws {
        let bench = Bench()
        try bench.learn("card", ana, [1], at: 100)
        try bench.learn("card", Member(id: "m1", name: "Ana", balance: 9), [2], at: 3000)
        let answer = bench.answers(bench.ask("card", by: .till, at: 4000)).first
        #expect(answer?.outcome.member?.balance == 9)
        #expect(answer?.body == [2])
    }

    @Test(arguments: [(0, true), (65_536, true), (65_537, false), (1_000_000, false)])
    func longAnswersAreNotKept(count: Int, isKept: Bool) throws {
        let bench = Bench()
        let attempt = try #require(bench.begun(bench.ask("card", at: 0)))
        let body = [UInt8](repeating: 0x20, count: count)
        // Whoever asked gets it all the same.
        #expect(bench.end(attempt, ana, body, at: 10).map(\.body.count) == [count])
        #expect(bench.isKept("card", by: .till, at: 20) == isKept)
    }

    @Test func theTillIsNotKeptWaitingByPrograms() throws {
        let bench = Bench()
        for number in 0..<40 { _ = bench.ask("p\(number)", by: .program, at: 0) }
        #expect(bench.begun(bench.ask("one more", by: .program, at: 0)) == nil)
        for number in 0..<32 { #expect(bench.begun(bench.ask("t\(number)", by: .till, at: 0)) != nil) }
        #expect(bench.answers(bench.ask("t99", by: .till, at: 0)).map(\.outcome) == [.unavailable(.busy)])
    }

    // MARK: A purchase

    /// By which id a member was asked for, by which the purchase names it, and whether what was said is forgotten.
    @Test(arguments: [
        ("card", "card", true), ("card", "m1", true), ("m1", "m1", true), ("card", "other", false),
        ("card", "CARD", false), ("card", "M1", false), ("card", "", false), ("card", "a\nb", false),
        ("card", String(repeating: "x", count: 200), false),
    ])
    func whatWasSaidOfTheMemberIsForgotten(asked: String, named: String, isForgotten: Bool) throws {
        for asker in [LookupAsker.scan, .till, .program] {
            let bench = Bench()
            try bench.learn(asked, ana, at: 100)
            bench.machine.memberChanged(named)
            #expect(bench.isKept(asked, by: asker, at: 200) == !isForgotten)
        }
    }

    /// A card and the provider's own id are one member, whichever the invoice names.
    @Test(arguments: ["card", "second card", "m1"])
    func allItsIDsAreForgotten(named: String) throws {
        let bench = Bench()
        let ids = ["card", "second card", "m1"]
        for id in ids { try bench.learn(id, ana, at: 100) }
        try bench.learn("other", Member(id: "m2"), at: 100)
        bench.machine.memberChanged(named)
        for id in ids { #expect(!bench.isKept(id, by: .till, at: 200), "\(id)") }
        #expect(bench.isKept("other", by: .till, at: 200))
    }

    @Test func spellingsOfOneLetterAreTwoMembers() throws {
        let bench = Bench()
        try bench.learn("card", Member(id: "\u{e9}"), at: 100)
        bench.machine.memberChanged("e\u{301}")
        #expect(bench.isKept("card", by: .till, at: 200))
        bench.machine.memberChanged("\u{e9}")
        #expect(!bench.isKept("card", by: .till, at: 200))
    }

    @Test func aQuestionOfBeforeIsAnsweredAndNotKept() throws {
        let bench = Bench()
        let before = try #require(bench.begun(bench.ask("card", at: 0)))
        #expect(bench.ask("card", by: .till, at: 1) == [])
        bench.machine.memberChanged("card")
        // Nobody joins it: the next question is a new one.
        let after = try #require(bench.begun(bench.ask("card", at: 10)))
        #expect(bench.ask("card", by: .program, at: 11) == [])
        let rich = Member(id: "m1", name: "Ana", balance: 9)
        #expect(bench.end(before, ana, at: 20).map(\.outcome) == [.found(ana), .found(ana)])
        #expect(bench.ask("card", by: .till, at: 30) == [])
        #expect(bench.end(after, rich, at: 40).map(\.outcome.member?.balance) == [9, 9, 9])
        #expect(bench.answers(bench.ask("card", by: .till, at: 5000)).map(\.outcome.member?.balance) == [9])
        #expect(bench.machine.wakeAt == nil)
    }

    @Test func theAnswersOfBeforeMayComeLast() throws {
        let bench = Bench()
        let before = try #require(bench.begun(bench.ask("card", at: 0)))
        bench.machine.memberChanged("card")
        let after = try #require(bench.begun(bench.ask("card", at: 10)))
        _ = bench.end(after, Member(id: "m1", balance: 9), at: 20)
        _ = bench.end(before, ana, at: 30)
        #expect(bench.answers(bench.ask("card", by: .till, at: 40)).map(\.outcome.member?.balance) == [9])
    }

    /// Detached, a question still has its retries, its deadline and its place among the questions.
    @Test func aDetachedQuestionEndsAsItWouldHave() throws {
        let bench = Bench()
        let first = try #require(bench.begun(bench.ask("card", at: 0)))
        bench.machine.memberChanged("card")
        let failed = AttemptEnd(.unavailable(.http(500)))
        #expect(bench.machine.attemptEnded(first, failed, now: Bench.time(10)) == [])
        let second = try #require(bench.begun(bench.machine.timePassed(now: Bench.time(110))))
        #expect(bench.end(second, ana, at: 120).map(\.outcome) == [.found(ana)])
        #expect(!bench.isKept("card", by: .till, at: 130))
        let third = try #require(bench.begun(bench.ask("late", at: 200)))
        bench.machine.memberChanged("late")
        let late = bench.machine.timePassed(now: Bench.time(4200))
        #expect(late.contains(.cancelAttempt(third)))
        #expect(bench.answers(late).contains { $0.outcome == .unavailable(.timeout) })
    }
}
