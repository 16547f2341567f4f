import SystemCalls
import Testing

@Suite("Monotonic time")
struct MonotonicTimeTests {
    @Test("sums and differences are in milliseconds")
    func arithmetic() {
        let time = MonotonicTime(microseconds: 1_500)
        #expect(time.adding(milliseconds: 2) == MonotonicTime(microseconds: 3_500))
        #expect(time.adding(milliseconds: 2).milliseconds(since: time) == 2)
        #expect(time.milliseconds(since: time.adding(milliseconds: 2)) == -2)
        #expect(MonotonicTime(microseconds: 2_499).milliseconds(since: time) == 0)
        #expect(time < time.adding(milliseconds: 1))
    }

    @Test("what would be beyond the type is the nearest that it holds")
    func saturation() {
        let (first, last) = (MonotonicTime(microseconds: .min), MonotonicTime(microseconds: .max))
        #expect(last.adding(milliseconds: 1) == last && first.adding(milliseconds: -1) == first)
        #expect(MonotonicTime(microseconds: 0).adding(milliseconds: .max) == last)
        #expect(MonotonicTime(microseconds: 0).adding(milliseconds: .min) == first)
        #expect(last.milliseconds(since: first) == Int(Int64.max / 1000))
        #expect(first.milliseconds(since: last) == Int(Int64.min / 1000))
        #expect(last.microseconds(since: MonotonicTime(microseconds: .max - 5)) == 5)
    }

    @Test("it never goes back")
    func now() {
        var last = MonotonicTime.now()
        for _ in 0..<10_000 {
            let next = MonotonicTime.now()
            #expect(next >= last)
            last = next
        }
    }
}
