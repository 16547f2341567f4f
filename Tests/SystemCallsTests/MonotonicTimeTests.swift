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

    @Test("sums and differences end at the last moment there is")
    func saturation() {
        let (first, last) = (MonotonicTime(microseconds: .min), MonotonicTime(microseconds: .max))
        #expect(last.adding(milliseconds: 1) == last && first.adding(milliseconds: -1) == first)
        #expect(last.milliseconds(since: first) == Int.max / 1000 && first.milliseconds(since: last) == Int.min / 1000)
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
