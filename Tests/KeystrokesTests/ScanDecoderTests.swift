import Keystrokes
import SystemCalls
import Testing

@Suite("Scan decoder")
struct ScanDecoderTests {
    let us: Layout

    init() throws {
        us = try Layout(named: "us")
    }

    func decoded(_ settings: DecodingSettings = DecodingSettings(), _ type: (inout Typist) -> Void) -> [String] {
        var typist = Typist(us)
        type(&typist)
        return decode(typist.events, settings, us)
    }

    @Test("leading zeros and case survive")
    func plain() {
        #expect(decoded { $0.type("0012aBcD") } == ["0012aBcD"])
    }

    @Test("each end key ends a code, CR LF is one end, and Enter alone is no scan")
    func ends() {
        let codes = decoded {
            $0.type("1")
            $0.type("2", end: Typist.keypadEnter)
            $0.type("3", end: Typist.tab)
            $0.type("4", end: nil)
            $0.tap(50, holding: [Typist.control])
            $0.tap(36, holding: [Typist.control])
            $0.tap(Typist.enter)
            $0.type("5")
        }
        #expect(codes == ["1", "2", "3", "4", "5"])
    }

    @Test("keys that end nothing are part of the code")
    func noEndKeys() {
        let codes = decoded(DecodingSettings(endKeys: [])) {
            $0.type("a", end: Typist.enter)
            $0.type("b", end: Typist.tab)
            $0.type("c", end: nil)
        }
        #expect(codes == ["a\nb\tc"])
    }

    @Test("a pause ends the code of a scanner that sends no end key")
    func pause() {
        let codes = decoded {
            $0.type("111", end: nil)
            $0.pause(milliseconds: 301)
            $0.type("222", end: nil)
        }
        #expect(codes == ["111", "222"])
    }

    @Test("a pause inside the time configured is no end")
    func shortPause() {
        let codes = decoded {
            $0.type("111", end: nil)
            $0.pause(milliseconds: 290)
            $0.type("222")
        }
        #expect(codes == ["111222"])
        let slow = decoded(DecodingSettings(gapMilliseconds: 1200)) {
            $0.type("1", end: nil)
            $0.pause(milliseconds: 990)
            $0.type("2")
        }
        #expect(slow == ["12"])
    }

    @Test("a pause in a code of a scanner that is known to send an end key damages it, and its rest is no code")
    func cutOff() {
        let codes = decoded {
            $0.type("123456")
            $0.pause(milliseconds: 2000)
            $0.type("777", end: nil)
            $0.pause(milliseconds: 500)
            $0.type("888")
            $0.pause(milliseconds: 2000)
            $0.type("654321")
        }
        #expect(codes == ["123456", "damaged:timeout", "damaged:timeout", "654321"])
    }

    @Test("an overflow damages the code and the next one is whole")
    func overflow() {
        let codes = decoded {
            $0.type("1234", end: nil)
            $0.drop()
            $0.type("5678")
            $0.type("4711")
        }
        #expect(codes == ["damaged:overflow", "4711"])
    }

    @Test("an overflow that swallowed the end key ends with that key's release")
    func overflowAtEnd() {
        let codes = decoded {
            $0.type("1234", end: nil)
            $0.drop()
            $0.up(Typist.enter)
            $0.report()
            $0.type("4711")
        }
        #expect(codes == ["damaged:overflow", "4711"])
    }

    @Test("keys and combinations that the layout does not name damage the code", arguments: [UInt16(59), 103, 14, 113])
    func undecodable(_ key: UInt16) {
        let codes = decoded {
            $0.type("12", end: nil)
            $0.tap(key)
            $0.type("34")
            $0.type("56")
        }
        #expect(codes == ["damaged:undecodable", "56"])
    }

    @Test(
        "Alt, and AltGr without a third level, never yield the base character", arguments: [Typist.alt, Typist.altGr])
    func alt(_ modifier: UInt16) {
        let codes = decoded {
            $0.type("12", end: nil)
            $0.tap(3, holding: [modifier])
            $0.type("34")
        }
        #expect(codes == ["damaged:undecodable"])
    }

    @Test("control characters come from Ctrl")
    func control() {
        let codes = decoded {
            $0.type("01", end: nil)
            $0.tap(27, holding: [Typist.control])
            $0.type("10A")
        }
        #expect(codes == ["01\u{1D}10A"])
    }

    @Test("Caps Lock inside a code turns the case of letters only")
    func capsLock() {
        let codes = decoded {
            $0.type("ab1", end: nil)
            $0.tap(Typist.capsLock)
            $0.type("ab1", end: nil)
            $0.tap(Typist.capsLock)
            $0.type("ab1")
        }
        #expect(codes == ["ab1AB1ab1"])
    }

    @Test("several keys in one packet, rollover and autorepeat")
    func packets() {
        let codes = decoded {
            $0.down(2)
            $0.down(3)
            $0.report()
            $0.up(2)
            $0.up(3)
            $0.down(4)
            $0.report()
            $0.events.append(InputEvent(time: $0.time, type: 1, code: 4, value: 2))
            $0.report()
            $0.up(4)
            $0.down(Typist.enter)
            $0.report()
            $0.up(Typist.enter)
            $0.report()
        }
        #expect(codes == ["123"])
    }

    @Test("two codes in one packet are two codes")
    func twoInOnePacket() {
        let codes = decoded {
            for key: UInt16 in [2, Typist.enter, 3, Typist.keypadEnter, 4] { $0.down(key) }
            $0.report()
            for key: UInt16 in [2, Typist.enter, 3, Typist.keypadEnter, 4] { $0.up(key) }
            $0.report()
            $0.tap(Typist.enter)
        }
        #expect(codes == ["1", "2", "3"])
    }

    @Test("a flush in the middle of a report does not complete it")
    func partialReport() {
        let codes = decoded {
            $0.down(2)
            $0.down(Typist.enter)
            $0.events.append(InputEvent(time: $0.time, type: 0, code: 0, value: 1))
            $0.up(6)
            $0.report()
            $0.up(2)
            $0.up(Typist.enter)
            $0.report()
        }
        #expect(codes == ["damaged:undecodable"])
    }

    @Test("a modifier that is still down at the end key shows that its release is lost")
    func heldModifier() {
        let codes = decoded {
            $0.down(Typist.shift)
            $0.type("ab")
            $0.up(Typist.shift)
            $0.report()
            $0.type("cd")
        }
        #expect(codes == ["damaged:undecodable", "cd"])
    }

    @Test("a code of 4 KiB is whole, a longer one is damaged")
    func length() {
        let long = String(repeating: "7", count: ScanDecoder.maximumLength)
        #expect(decoded { $0.type(long) } == [long])
        #expect(
            decoded {
                $0.type(long + "7")
                $0.type("1")
            } == ["damaged:too_long", "1"])
    }

    @Test("an unplug in mid-code damages it; between codes it says nothing")
    func unplug() {
        var typist = Typist(us)
        typist.type("12")
        typist.type("34", end: nil)
        var decoder = ScanDecoder(settings: DecodingSettings(), layout: us)
        #expect(typist.events.compactMap { decoder.received($0) }.map(describe) == ["12"])
        #expect(decoder.unplugged().map(describe) == "damaged:unplugged")
        #expect(decoder.unplugged() == nil)
    }

    @Test("keys that follow a reading that began in mid-code are no code")
    func beganInMidCode() {
        var typist = Typist(us)
        typist.type("456")
        typist.pause(milliseconds: 2000)
        typist.type("789")
        var decoder = ScanDecoder(settings: DecodingSettings(), layout: us)
        decoder.beganInMidCode(at: typist.events[0].time)
        #expect(typist.events.compactMap { decoder.received($0) }.map(describe) == ["damaged:timeout", "789"])
    }

    @Test("the deadline follows the last key and is none at rest")
    func deadline() {
        var typist = Typist(us)
        typist.type("1", end: nil)
        var decoder = ScanDecoder(settings: DecodingSettings(gapMilliseconds: 300), layout: us)
        #expect(decoder.deadline == nil)
        for event in typist.events { _ = decoder.received(event) }
        let last = typist.events[typist.events.count - 1].time
        #expect(decoder.deadline == last.adding(milliseconds: 300))
        #expect(decoder.waited(until: last.adding(milliseconds: 300)) == nil)
        #expect(decoder.waited(until: last.adding(milliseconds: 301)).map(describe) == "1")
        #expect(decoder.deadline == nil)
    }

    @Test(
        "prefix, suffix and AIM identifier come off",
        arguments: [
            ("]E04006381333931", DecodingSettings.AIM.auto, "", "", "4006381333931", "]E0"),
            ("]W9abc", .auto, "", "", "]W9abc", nil), ("]W9abc", .always, "", "", "abc", "]W9"),
            ("]E0123", .never, "", "", "]E0123", nil),
            ("]Q1PAabcZZ", .always, "PA", "ZZ", "abc", "]Q1"), ("PA]Q1abc", .auto, "PA", "", "abc", "]Q1"),
            ("abc", .auto, "PA", "ZZ", "abc", nil),
        ] as [(String, DecodingSettings.AIM, String, String, String, String?)])
    func finish(_ row: (String, DecodingSettings.AIM, String, String, String, String?)) {
        var typist = Typist(us)
        typist.type(row.0)
        let settings = DecodingSettings(prefix: row.2, suffix: row.3, aim: row.1)
        var decoder = ScanDecoder(settings: settings, layout: us)
        let actions = typist.events.compactMap { decoder.received($0) }
        guard case .scan(let scan)? = actions.first, actions.count == 1 else {
            Issue.record("no scan but \(actions.map(describe))")
            return
        }
        #expect(String(decoding: scan.code, as: UTF8.self) == row.4)
        #expect(scan.aim?.text == row.5)
    }

    @Test("where each code has an AIM identifier, one without has lost its front")
    func missingIdentifier() {
        #expect(decoded(DecodingSettings(aim: .always)) { $0.type("123") } == ["damaged:undecodable"])
    }
}
