import Keystrokes
import SystemCalls
import Testing

@Suite("What shows that something is missing")
struct DoubtTests {
    private let us: Layout

    init() throws {
        us = try Layout(named: "us")
    }

    private func typed(_ type: (inout Typist) -> Void) -> [InputEvent] {
        var typist = Typist(us)
        type(&typist)
        return typist.events
    }

    private func decoded(_ type: (inout Typist) -> Void) -> [String] { decode(typed(type), DecodingSettings(), us) }

    private func light(_ isOn: Bool, _ typist: inout Typist) {
        typist.events.append(InputEvent(time: typist.time, type: 0x11, code: 1, value: isOn ? 1 : 0))
        typist.report()
    }

    @Test("a scan code without its key has lost it")
    func keyMissing() {
        let codes = decoded {
            $0.type("1", end: nil)
            $0.scanCode()
            $0.report()
            $0.type("3")
            $0.type("2")
        }
        #expect(codes == ["damaged:undecodable", "2"])
    }

    @Test("autorepeat of a key that is not down has lost its press")
    func repeated() {
        let codes = decoded {
            $0.type("1", end: nil)
            $0.events.append(InputEvent(time: $0.time, type: 1, code: 3, value: 2))
            $0.report()
            $0.type("3")
        }
        #expect(codes == ["damaged:undecodable"])
    }

    @Test("a modifier that changes behind a key in one report may be meant for it")
    func modifierBehindKey() {
        let codes = decoded {
            $0.down(30)
            $0.down(Typist.shift)
            $0.report()
            $0.up(30)
            $0.up(Typist.shift)
            $0.report()
            $0.tap(Typist.enter)
            $0.type("b")
        }
        #expect(codes == ["damaged:undecodable", "b"])
    }

    @Test("the Caps Lock light turns letters over, on whoever's account it is on")
    func capsLockLight() {
        let codes = decoded {
            light(true, &$0)
            $0.type("aB1")
            light(false, &$0)
            $0.type("aB1")
            $0.tap(Typist.capsLock)
            light(true, &$0)
            $0.type("aB1", end: nil)
            $0.tap(Typist.capsLock)
            light(false, &$0)
            $0.type("aB1")
        }
        #expect(codes == ["Ab1", "aB1", "Ab1aB1"])
    }

    @Test("while nobody knows whether the light that was on turns letters over, they damage a code")
    func capsLockFound() {
        var decoder = ScanDecoder(settings: DecodingSettings(), layout: us)
        decoder.foundCapsLockLit()
        let events = typed {
            $0.type("a1")
            $0.type("12-_3")
            light(false, &$0)
            $0.type("aB1")
        }
        #expect(
            events.compactMap { decoder.received($0) }.map(describe) == ["damaged:undecodable", "12-_3", "aB1"])
    }

    @Test("one of a pair of Caps Locks among what is lost turns no later code over")
    func capsLockLost() {
        let first = typed {
            $0.type("ab", end: nil)
            $0.tap(Typist.capsLock)
            $0.type("ab", end: nil)
            $0.tap(Typist.capsLock)
            $0.type("ab")
        }
        let known: Set = ["abABab", "damaged:overflow", "cD"]
        for start in first.indices {
            for length in [1, 3, 6, 12, 20] where start + length <= first.count {
                var typist = Typist(us)
                typist.events = first
                typist.time = first[first.count - 1].time
                typist.pause(milliseconds: 1400)
                typist.type("cD")
                typist.events.replaceSubrange(
                    start..<start + length,
                    with: [InputEvent(time: first[start].time, type: 0, code: 3, value: 0)])
                let codes = decode(typist.events, DecodingSettings(), us)
                #expect(
                    codes.last == "cD" && codes.contains("damaged:overflow") && Set(codes).isSubset(of: known),
                    "\(start)+\(length): \(codes)")
            }
        }
    }

    @Test("a dead key that nothing follows, or that makes nothing with the letter, damages the code")
    func deadKeys() throws {
        let es = try Layout(named: "es")
        let acute: UInt16 = 40
        let codes = { (type: (inout Typist) -> Void) in
            var typist = Typist(es)
            type(&typist)
            return decode(typist.events, DecodingSettings(), es)
        }
        #expect(
            codes {
                $0.tap(acute)
                $0.tap(30)
                $0.tap(acute)
                $0.tap(57)
                $0.tap(acute)
                $0.tap(22, holding: [Typist.shift])
                $0.tap(Typist.enter)
            } == ["á'Ú"])
        #expect(
            codes {
                $0.tap(acute)
                $0.tap(16)
                $0.tap(Typist.enter)
                $0.type("1")
            } == ["damaged:undecodable", "1"])
        #expect(
            codes {
                $0.type("1", end: nil)
                $0.tap(acute)
                $0.tap(Typist.enter)
                $0.type("1")
            } == ["damaged:undecodable", "1"])
        #expect(
            codes {
                $0.tap(acute)
                $0.pause(milliseconds: 1000)
                $0.type("a")
            } == ["damaged:timeout", "a"])
    }
}
