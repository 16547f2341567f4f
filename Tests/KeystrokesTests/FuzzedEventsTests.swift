import Keystrokes
import SystemCalls
import Testing

/// What the fuzzer of the decoder has found (docs/FUZZING.md).
@Suite("Findings of the decoder's fuzzer")
struct FuzzedEventsTests {
    /// The mark carries the time of the last event that was lost, so it looks as if a pause stood in front of it.
    @Test("a code that an overflow cuts off is damaged, however late the mark is")
    func overflowAfterAPause() throws {
        let us = try Layout(named: "us")
        var typist = Typist(us)
        typist.type("400", end: nil)
        typist.pause(milliseconds: 2000)
        typist.drop()
        typist.type("1333931")
        typist.type("12345670")
        #expect(decode(typist.events, DecodingSettings(), us) == ["damaged:overflow", "12345670"])
    }

    /// `1` as Alt+0049 that has lost its 4 is Alt+009, a tab, and a tab ends codes.
    @Test("the end that a number with a lost digit makes gives no rest of a code")
    func endByALostDigit() throws {
        let us = try Layout(named: "us")
        var typist = Typist(us)
        typist.down(Typist.alt)
        typist.report()
        for key: UInt16 in [82, 82, 75, 73] { typist.tap(key) }
        typist.up(Typist.alt)
        typist.report()
        typist.type("800000000005")
        typist.pause(milliseconds: 2000)
        typist.type("12345670")
        let four = typist.events.firstIndex { $0.type == EventCode.key && $0.code == 75 && $0.value == 1 }
        typist.events.remove(at: try #require(four))
        let decoded = decode(typist.events, DecodingSettings(), us)
        #expect(decoded.allSatisfy { $0 == "12345670" || $0.hasPrefix("damaged:") }, "\(decoded)")
        #expect(decoded.first == "damaged:undecodable" && decoded.last == "12345670")
    }

    /// Nothing that the kernel sends; but the host's timer must not decide what a code is.
    @Test("a pause behind a packet without an end parts two codes")
    func packetWithoutEnd() throws {
        let us = try Layout(named: "us")
        var typist = Typist(us)
        typist.type("12", end: nil)
        typist.down(Typist.enter)
        typist.down(4)
        typist.pause(milliseconds: 5000)
        typist.up(Typist.enter)
        typist.up(4)
        typist.report()
        typist.type("4")
        typist.type("5")
        #expect(decode(typist.events, DecodingSettings(), us) == ["12", "damaged:timeout", "5"])
    }

    /// The rest of the report, which could show that a press is missing, is among what is lost.
    @Test("an overflow behind a flush is not the packet's end")
    func flushThenOverflow() throws {
        let us = try Layout(named: "us")
        var typist = Typist(us)
        typist.type("12", end: nil)
        typist.down(Typist.enter)
        typist.events.append(InputEvent(time: typist.time, type: 0, code: 0, value: 1))
        typist.pause(milliseconds: 5)
        typist.drop()
        typist.type("4")
        typist.type("5")
        #expect(decode(typist.events, DecodingSettings(), us) == ["damaged:overflow", "5"])
    }

    @Test("times at the end of time harm nothing")
    func endOfTime() throws {
        let us = try Layout(named: "us")
        for first in [Int64.min, 0, .max] {
            for second in [Int64.min, 0, .max] {
                var decoder = ScanDecoder(settings: DecodingSettings(), layout: us)
                for (time, value) in [(first, Int32(1)), (second, 0), (first, 1)] {
                    let time = MonotonicTime(microseconds: time)
                    _ = decoder.received(InputEvent(time: time, type: EventCode.key, code: 30, value: value))
                }
                _ = decoder.unplugged()
                #expect(decoder.deadline == nil)
            }
        }
    }
}
