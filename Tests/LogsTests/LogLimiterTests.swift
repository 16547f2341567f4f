import SystemCalls
import Testing

@testable import Logs

@Suite struct LogLimiterTests {
    private static func time(_ seconds: Int) -> MonotonicTime {
        MonotonicTime(microseconds: 1_000_000 * Int64(seconds))
    }

    /// How many of `lines` with one message pass at a moment.
    private static func passed(_ limiter: inout LogLimiter, _ message: String, _ lines: Int, at seconds: Int) -> Int {
        (0..<lines).count { _ in limiter.line(message, at: time(seconds)) != .holdBack }
    }

    @Test func aBurstPassesThenOneAMinute() {
        var limiter = LogLimiter()
        #expect(Self.passed(&limiter, "x", 1000, at: 0) == 20)
        #expect(limiter.line("x", at: Self.time(59)) == .holdBack)
        #expect(limiter.line("x", at: Self.time(60)) == .pass(heldBack: 981))
        #expect(limiter.line("x", at: Self.time(60)) == .holdBack)
        #expect(limiter.line("x", at: Self.time(121)) == .pass(heldBack: 1))
        #expect(limiter.line("x", at: Self.time(122)) == .holdBack)
    }

    @Test func whatRestsGetsItsBurstBack() {
        var limiter = LogLimiter()
        _ = Self.passed(&limiter, "x", 30, at: 0)
        #expect(Self.passed(&limiter, "x", 30, at: 5 * 60) == 5)
        #expect(Self.passed(&limiter, "x", 100, at: 60 * 60) == 20)
    }

    /// A day of a scanner that fails ten times a second.
    @Test func aDayOfFailuresIsFewLines() {
        var limiter = LogLimiter()
        var passed = 0
        var told = 0
        for tenth in 0..<864_000 {
            if case .pass(let heldBack) = limiter.line("x", at: MonotonicTime(microseconds: Int64(tenth) * 100_000)) {
                passed += 1
                told += heldBack
            }
        }
        #expect(passed <= 20 + 24 * 60)
        // But for the last minute's, all are told of.
        #expect(864_000 - passed - told < 600)
    }

    @Test func oneKindHoldsNoOtherBack() {
        var limiter = LogLimiter()
        _ = Self.passed(&limiter, "x", 1000, at: 0)
        #expect(limiter.line("serving", at: Self.time(0)) == .pass(heldBack: 0))
    }

    @Test func moreKindsThanThereIsRoomForShareOneBurst() {
        var limiter = LogLimiter()
        for kind in 0..<64 { #expect(Self.passed(&limiter, "\(kind)", 1, at: 0) == 1) }
        #expect((0..<1000).count { Self.passed(&limiter, "new \($0)", 1, at: 1) == 1 } == 20)
        // Those with a place of their own keep it.
        #expect(Self.passed(&limiter, "63", 100, at: 2) == 19)
        // After a minute of silence a place is free again.
        #expect(Self.passed(&limiter, "late", 100, at: 61) == 20)
    }

    @Test func aStormOfEverNewKindsIsBounded() {
        var limiter = LogLimiter()
        var passed = 0
        for second in 0..<3600 {
            for line in 0..<100 { passed += Self.passed(&limiter, "\(second).\(line)", 1, at: second) }
        }
        #expect(passed < 64 * 61 + 100)
    }
}
