import Glibc
import SystemCalls
import Testing

@Suite("Wall time")
struct WallTimeTests {
    func text(_ microseconds: Int64) -> String {
        var bytes: [UInt8] = []
        WallTime(microseconds: microseconds).appendRFC3339(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(
        "RFC 3339 in UTC with microseconds",
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.999999Z"),
            (-86_400_000_000, "1969-12-31T00:00:00.000000Z"), (1_772_357_400_000_125, "2026-03-01T09:30:00.000125Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"), (951_868_800_000_000, "2000-03-01T00:00:00.000000Z"),
            (1_709_251_199_999_999, "2024-02-29T23:59:59.999999Z"),
            (1_709_251_200_000_000, "2024-03-01T00:00:00.000000Z"),
            (-2_203_891_200_000_000, "1900-03-01T00:00:00.000000Z"),
            (-2_203_891_200_000_001, "1900-02-28T23:59:59.999999Z"),
            (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"),
            (4_107_542_399_000_000, "2100-02-28T23:59:59.000000Z"),
            (-11_644_473_600_000_000, "1601-01-01T00:00:00.000000Z"),
            (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
            (-62_167_219_200_000_000, "0000-01-01T00:00:00.000000Z"),
        ] as [(Int64, String)])
    func table(_ row: (Int64, String)) {
        #expect(text(row.0) == row.1)
    }

    @Test("a moment that the format cannot hold becomes the nearest that it can")
    func outside() {
        #expect(text(.max) == "9999-12-31T23:59:59.999999Z")
        #expect(text(.min) == "0000-01-01T00:00:00.000000Z")
    }

    @Test("every day of 800 years, around the epoch, as the C library has it")
    func everyDay() {
        for day in Int64(-146_097)...146_097 {
            var seconds = time_t(day * 86_400 + (day &* 7919) % 43_200 + 43_200)
            var parts = tm()
            gmtime_r(&seconds, &parts)
            var buffer = [CChar](repeating: 0, count: 64)
            let length = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%S.000000Z", &parts)
            let expected = String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard text(Int64(seconds) * 1_000_000) == expected else {
                Issue.record("\(text(Int64(seconds) * 1_000_000)) is \(expected) for the C library")
                return
            }
        }
    }

    @Test("the clock is the C library's")
    func now() {
        let before = Int64(time(nil))
        let now = WallTime.now().microseconds / 1_000_000
        // time(2) reads a coarser clock, which may lag a tick behind.
        #expect(now >= before)
        #expect(now <= Int64(time(nil)) + 1)
    }
}
