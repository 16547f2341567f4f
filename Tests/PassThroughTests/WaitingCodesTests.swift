import SystemCalls
import Testing

@testable import PassThrough

@Suite struct WaitingCodesTests {
    private let start = MonotonicTime(microseconds: 1_000_000)

    @Test func anAnswerInTimeGivesTheKeysOnce() {
        var codes = WaitingCodes()
        let ticket = codes.began(.tap(2), until: start) ?? 0
        #expect(codes.answered(ticket, isTyped: true) == .tap(2))
        #expect(codes.answered(ticket, isTyped: true) == nil)
        #expect(codes.deadline == nil)
    }

    @Test func whatIsLateIsDroppedAndTheRestStays() {
        var codes = WaitingCodes()
        let first = codes.began(.tap(2), until: start) ?? 0
        let second = codes.began(.tap(3), until: start.adding(milliseconds: 10)) ?? 0
        let early = codes.began(.tap(4), until: start.adding(milliseconds: -5)) ?? 0
        #expect(codes.deadline == start.adding(milliseconds: -5))
        #expect(codes.waited(until: start) == [early, first])
        #expect(codes.answered(first, isTyped: true) == nil)
        #expect(codes.deadline == start.adding(milliseconds: 10))
        #expect(codes.answered(second, isTyped: true) == .tap(3))
    }

    @Test func keysThatFollowShareTheCodesFate() {
        var codes = WaitingCodes()
        let typed = codes.began(.tap(2), until: start) ?? 0
        let dropped = codes.began(.tap(3), until: start) ?? 0
        #expect(codes.followed(typed, by: .tap(28)) == false)
        #expect(codes.answered(typed, isTyped: true) == .tap(2, 28))
        #expect(codes.followed(typed, by: .tap(28)) == true)
        #expect(codes.answered(dropped, isTyped: false) == .tap(3))
        #expect(codes.followed(dropped, by: .tap(28)) == false)
    }

    @Test func thereIsALimit() {
        var codes = WaitingCodes()
        for _ in 0..<WaitingCodes.maximumCount { #expect(codes.began(.tap(2), until: start) != nil) }
        #expect(codes.began(.tap(2), until: start) == nil)
        #expect(codes.waited(until: start).count == WaitingCodes.maximumCount)
        #expect(codes.began(.tap(2), until: start) != nil)
    }
}
