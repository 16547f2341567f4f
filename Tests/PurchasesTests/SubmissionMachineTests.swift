import SystemCalls
import Testing

@testable import Purchases

@Suite("When purchases are sent, and what the till is told")
struct SubmissionMachineTests {
    @Test func onlineTheTillGetsTheProvidersAnswer() {
        var till = Machine()
        #expect(till.stored(1, ["a"]) == [send(1)])
        #expect(
            till.ended(1, .accepted(answer: yes)) == [
                .answer(101, .provider(yes)), .ended(1, .accepted, attempts: 1, detail: nil, answer: yes),
            ])
        #expect(till.machine.wakeAt == nil)
    }

    @Test func aRefusalReachesTheTillThatWaits() {
        var till = Machine()
        _ = till.stored(1, ["a"])
        #expect(
            till.ended(1, .rejected(answer: no, detail: "rejected")) == [
                .answer(101, .provider(no)), .ended(1, .rejected, attempts: 1, detail: "rejected", answer: no),
            ])
    }

    @Test func aRefusalThatNobodyWaitsForIsForAPerson() {
        var till = Machine()
        _ = till.stored(1, ["a"])
        #expect(till.passed(3000) == [.answer(101, .queued), .queued(1)])
        #expect(
            till.ended(1, .rejected(answer: no, detail: "http_404")) == [
                .ended(1, .failed, attempts: 1, detail: "http_404", answer: no)
            ])
        #expect(till.machine.deadCount == 1)
    }

    @Test func aSlowProviderIsNotWaitedForAndItsLateAnswerCounts() {
        var till = Machine()
        _ = till.stored(1, ["a"])
        #expect(till.passed(2999) == [])
        #expect(till.passed(1) == [.answer(101, .queued), .queued(1)])
        #expect(
            till.ended(1, .accepted(answer: yes)) == [.ended(1, .accepted, attempts: 1, detail: nil, answer: yes)])
    }

    @Test func aFailureIsAnsweredAtOnceAndTriedAgain() {
        var till = Machine()
        _ = till.stored(1, ["a"])
        #expect(
            till.later(1) == [
                .postponed(1, attempts: 1, detail: "http_500"), .answer(101, .queued), .queued(1),
            ])
        #expect(till.passedUntilWoken() == [send(1)])
    }

    @Test func waitsGrowAndHaveALimit() throws {
        var till = Machine()
        _ = till.stored(1, ["a"])
        var waits: [Int] = []
        for _ in 0..<14 {
            let failedAt = till.now
            _ = till.later(1)
            while till.passedUntilWoken() != [send(1)] {}
            waits.append(till.now.milliseconds(since: failedAt))
        }
        for (index, wait) in waits.enumerated() {
            // From the third failure on it is an outage as well, whose waits are shorter.
            let whole = min(300_000, 1000 << index)
            #expect((whole / 2...whole + 1).contains(wait), "wait \(index): \(wait)")
        }
    }

    @Test func whileNothingGetsThroughNobodyWaits() {
        var till = Machine()
        _ = till.stored(1, ["a"])
        #expect(till.later(1, "refused", wide: true).contains(.answer(101, .queued)))
        #expect(till.stored(2, ["b"]) == [.answer(102, .queued), .queued(2)])
        #expect(till.machine.isPaused)
        // One request finds out; it is the older one's, or the other's if that pauses longer.
        let probe = till.passedUntilWoken()
        #expect(probe.contains(send(1)) || probe.contains(send(2)))
    }

    @Test func aLookupsAnswerEndsAnOutage() {
        var till = Machine()
        _ = till.stored(1, ["a"])
        _ = till.later(1, "refused", wide: true)
        #expect(till.machine.endpointAnswered(now: till.now) == [send(1)])
        #expect(till.machine.endpointAnswered(now: till.now) == [])
    }

    @Test func whatTheProviderAsksForIsWaited() {
        var till = Machine()
        _ = till.stored(1, ["a"])
        let asked = till.later(1, "http_429", wide: true, retryAfter: 20_000)
        #expect(asked.contains(.silence(milliseconds: 20_000, detail: "http_429")))
        #expect(till.machine.silenceDetail(now: till.now) == "http_429")
        #expect(till.stored(2, ["b"]).contains(.answer(102, .queued)))
        // Neither a lookup's answer nor time alone shortens it.
        #expect(till.machine.endpointAnswered(now: till.now) == [])
        #expect(till.passed(19_999) == [])
        #expect(till.passed(1).contains(send(1)))
        #expect(till.machine.silenceDetail(now: till.now) == nil)
    }

    @Test func ofTwoTimesThatAreAskedForTheLaterHolds() {
        var till = Machine()
        let long = Postponement(detail: "http_503", retryAfterMilliseconds: 9000, isEndpointWide: true)
        let short = Postponement(detail: "http_429", retryAfterMilliseconds: 8999, isEndpointWide: true)
        #expect(till.machine.askedToWait(long, now: till.now) == [.silence(milliseconds: 9000, detail: "http_503")])
        #expect(till.machine.askedToWait(short, now: till.now) == [])
        #expect(till.machine.silenceDetail(now: till.now) == "http_503")
        #expect(till.stored(1, ["a"]).contains(.answer(101, .queued)))
        #expect(till.passed(8999) == [])
        #expect(till.passed(1) == [send(1)])
        let none = Postponement(detail: "http_500", retryAfterMilliseconds: 0, isEndpointWide: false)
        #expect(till.machine.askedToWait(none, now: till.now) == [])
    }

    @Test func whatAnEarlierRunWasAskedForHolds() {
        var till = Machine()
        till.machine.silenceLoaded(milliseconds: 5000, detail: "http_429", now: till.now)
        till.machine.loaded(SubmissionEntry(id: 1, isRefund: false, members: ["a"]), isDead: false)
        #expect(till.machine.started(now: till.now) == [])
        #expect(till.stored(2, ["b"]) == [.answer(102, .queued), .queued(2)])
        #expect(till.passed(4999) == [])
        #expect(till.passed(1) == [send(1), send(2)])
    }

    @Test func ofOneMemberTheOldestGoesFirstAndOthersBeside() {
        var till = Machine()
        #expect(till.stored(1, ["a"]) == [send(1)])
        #expect(till.stored(2, ["a"]) == [])
        #expect(till.stored(3, ["b"]) == [send(3)])
        #expect(till.ended(1, .accepted(answer: yes)).contains(send(2)))
    }

    @Test func whoWaitsBehindAFailureIsAnsweredAtOnce() {
        var till = Machine()
        _ = till.stored(1, ["a"])
        _ = till.stored(2, ["a", "b"])
        _ = till.stored(3, ["b"])
        // The third one's own obstacle only waits.
        let actions = till.later(1)
        #expect(actions.contains(.answer(102, .queued)))
        #expect(till.stored(4, ["a"]) == [.answer(104, .queued), .queued(4)])
    }

    @Test func onlySoManyAreSentAtATime() {
        var till = Machine()
        for id in 1...4 { #expect(till.stored(Int64(id), ["m\(id)"]) == [send(Int64(id))]) }
        #expect(till.stored(5, ["m5"]) == [])
        #expect(till.ended(2, .accepted(answer: yes)).contains(send(5)))
    }

    @Test func theTillsOwnGoesInFrontOfTheBacklog() {
        var till = Machine()
        for id in 1...20 {
            till.machine.loaded(SubmissionEntry(id: Int64(id), isRefund: false, members: ["m\(id)"]), isDead: false)
        }
        #expect(till.machine.started(now: till.now) == [send(1), send(2), send(3), send(4)])
        #expect(till.stored(30, ["x"]) == [])
        #expect(till.ended(1, .accepted(answer: yes)).contains(send(30)))
    }

    @Test func aRefundNeverOvertakesItsSale() {
        var till = Machine()
        _ = till.stored(1, ["a"])
        #expect(till.stored(2, ["a"], isRefund: true) == [])
        _ = till.passed(3000)
        // The sale is refused when nobody waits: until a person has decided, the refund stays.
        _ = till.ended(1, .rejected(answer: no, detail: "http_404"))
        #expect(till.machine.wakeAt == nil)
        // Another sale of the member does go.
        #expect(till.stored(3, ["a"]).isEmpty == false || till.machine.unsettledCount == 2)
        #expect(till.machine.resent(1, now: till.now) == [send(1)])
        #expect(till.ended(1, .accepted(answer: yes)).contains(send(2)))
    }

    @Test func aRefundGoesOnceItsSaleIsGivenUp() {
        var till = Machine()
        _ = till.stored(1, ["a"])
        _ = till.passed(3000)
        _ = till.ended(1, .rejected(answer: no, detail: "http_404"))
        #expect(till.stored(2, ["a"], isRefund: true) == [.answer(102, .queued), .queued(2)])
        #expect(
            till.machine.discarded(1, now: till.now) == [
                .ended(1, .discarded, attempts: 1, detail: "discarded", answer: nil), send(2),
            ])
    }

    @Test func aRefundThatNamesNobodyWaitsForAll() {
        var till = Machine()
        _ = till.stored(1, ["a"])
        _ = till.stored(2, ["b"])
        #expect(till.stored(3, [], isRefund: true) == [])
        _ = till.ended(2, .accepted(answer: yes))
        #expect(till.ended(1, .accepted(answer: yes)).contains(send(3)))
    }

    @Test func aRefundOfAnItemWaitsForThatItem() {
        var till = Machine()
        let now = till.now
        _ = till.machine.stored(
            SubmissionEntry(id: 1, isRefund: false, members: ["a"], globalIDs: ["G-1"]), waiter: 1,
            deadline: now.adding(milliseconds: 3000), now: now)
        let refund = till.machine.stored(
            SubmissionEntry(id: 2, isRefund: true, members: ["b"], globalIDs: ["g-1"]), waiter: 2,
            deadline: now.adding(milliseconds: 3000), now: now)
        #expect(refund == [])
        #expect(till.ended(1, .accepted(answer: yes)).contains(send(2)))
    }

    @Test func theSameSaleSentTwiceWaitsForOneAnswer() {
        var till = Machine()
        _ = till.stored(1, ["a"])
        let joined = till.machine.joined(1, waiter: 7, deadline: till.now.adding(milliseconds: 3000), now: till.now)
        #expect(joined == [])
        let actions = till.ended(1, .accepted(answer: yes))
        #expect(actions.contains(.answer(101, .provider(yes))) && actions.contains(.answer(7, .provider(yes))))
        // Until it is written down, the answer is known here.
        let late = till.machine.joined(1, waiter: 8, deadline: till.now, now: till.now)
        #expect(late == [.answer(8, .provider(yes))])
        till.machine.recorded(1)
        #expect(till.machine.joined(1, waiter: 9, deadline: till.now, now: till.now) == nil)
    }

    @Test func whatIsBeingSentIsNotGivenUp() {
        var till = Machine()
        _ = till.stored(1, ["a"])
        #expect(till.machine.discarded(1, now: till.now) == nil)
        #expect(till.machine.grewTooOld(1, now: till.now) == [])
        _ = till.later(1)
        #expect(
            till.machine.grewTooOld(1, now: till.now) == [
                .ended(1, .failed, attempts: 1, detail: "too_old", answer: nil)
            ])
    }

    @Test func otherSettingsAreTriedAtOnce() {
        var till = Machine()
        _ = till.stored(1, ["a"])
        _ = till.later(1, "http_401", wide: true, retryAfter: 100_000)
        #expect(till.machine.settingsChanged(now: till.now) == [.silenceLifted, send(1)])
    }

    @Test func aReloadLiftsASilenceThatIsNotLoadedYet() {
        var till = Machine()
        #expect(till.machine.settingsChanged(now: till.now) == [.silenceLifted])
    }

    @Test func aStopTellsWhatIsTrue() {
        var till = Machine()
        _ = till.stored(1, ["a"])
        #expect(till.machine.stopped() == [.answer(101, .queued), .queued(1)])
        #expect(till.machine.stopped() == [])
    }
}
