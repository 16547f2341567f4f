import SystemCalls
import Testing

@Suite struct WallTimeTextTests {
    @Test func isWhatTheMomentItselfWrites() {
        var times = WallTimeText()
        let moments: [Int64] = [
            0, 1, 999_999, 1_000_000, 1_000_001, 999_999, 1_771_234_567_000_000, 1_771_234_567_123_456,
            1_771_234_567_999_999,
            1_771_234_568_000_000, -1, -1_000_000, 0, .max, .max - 1, .min, 253_402_300_799_999_999,
            253_402_300_800_000_123, 5,
        ]
        for moment in moments {
            var expected: [UInt8] = []
            WallTime(microseconds: moment).appendRFC3339(to: &expected)
            #expect(times.bytes(of: WallTime(microseconds: moment)) == expected, "\(moment)")
        }
    }
}
