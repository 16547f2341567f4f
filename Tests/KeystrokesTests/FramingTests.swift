import Keystrokes
import SystemCalls
import Testing

@Suite("Where a code begins and ends")
struct FramingTests {
    private let us: Layout
    private static let stx: UInt16 = 48
    private static let etx: UInt16 = 46

    init() throws {
        us = try Layout(named: "us")
    }

    private func decoded(_ settings: DecodingSettings = DecodingSettings(), _ type: (inout Typist) -> Void) -> [String]
    {
        var typist = Typist(us)
        type(&typist)
        return decode(typist.events, settings, us)
    }

    private func control(_ key: UInt16, _ typist: inout Typist) { typist.tap(key, holding: [Typist.control]) }

    @Test("STX and ETX frame a code and end it at once")
    func frame() {
        let codes = decoded {
            for code in ["123", "456"] {
                control(Self.stx, &$0)
                $0.type(code, end: nil)
                control(Self.etx, &$0)
            }
        }
        #expect(codes == ["123", "456"])
    }

    @Test("STX alone is a prefix, and a frame may have Enter behind it")
    func prefix() {
        let codes = decoded {
            control(Self.stx, &$0)
            $0.type("123")
            control(Self.stx, &$0)
            $0.type("456", end: nil)
            control(Self.etx, &$0)
            $0.tap(Typist.enter)
        }
        #expect(codes == ["123", "456"])
    }

    @Test("a frame in a frame has lost an end")
    func frameInFrame() {
        let codes = decoded {
            control(Self.stx, &$0)
            $0.type("123", end: nil)
            control(Self.stx, &$0)
            $0.type("456", end: nil)
            control(Self.etx, &$0)
        }
        #expect(codes == ["damaged:undecodable"])
    }

    @Test("ETX in front of a pause comes off, and from then on it ends a code at once")
    func learnedETX() {
        let codes = decoded {
            $0.type("123", end: nil)
            control(Self.etx, &$0)
            $0.pause(milliseconds: 1500)
            for code in ["456", "789"] {
                $0.type(code, end: nil)
                control(Self.etx, &$0)
            }
            $0.pause(milliseconds: 1500)
            $0.type("12", end: nil)
        }
        #expect(codes == ["123", "456", "789", "damaged:timeout"])
    }

    @Test("two codes with ETX of which it is not known yet are not told apart, and not glued")
    func twoUnknown() {
        let codes = decoded {
            for code in ["123", "456"] {
                $0.type(code, end: nil)
                control(Self.etx, &$0)
            }
            $0.pause(milliseconds: 1500)
            $0.type("789", end: nil)
            control(Self.etx, &$0)
        }
        #expect(codes == ["damaged:undecodable", "789"])
    }

    @Test("ETX is text in the code of a scanner that ends with Enter, and an end if configured")
    func otherETX() {
        let type = { (typist: inout Typist) in
            typist.type("12", end: nil)
            control(Self.etx, &typist)
            typist.type("34")
        }
        #expect(decoded { type(&$0) } == ["12\u{3}34"])
        #expect(decoded(DecodingSettings(endKeys: [.etx, .enter])) { type(&$0) } == ["12", "34"])
    }

    @Test(
        "an end key in front only: the pause ends a code, also when the next one's key ended one before",
        arguments: [28, 15])
    func keyInFront(_ key: UInt16) {
        let codes = decoded {
            for (code, pause) in [("1", 1000), ("2", 50), ("3", 1000), ("4", 1000)] as [(String, Int64)] {
                $0.tap(key)
                $0.type(code, end: nil)
                $0.pause(milliseconds: pause)
            }
        }
        #expect(codes == ["1", "2", "3", "4"])
    }

    @Test("an end key in front and behind: a pause shows a loss")
    func keyInFrontAndBehind() {
        let codes = decoded {
            $0.tap(Typist.enter)
            $0.type("1")
            $0.pause(milliseconds: 1500)
            $0.tap(Typist.enter)
            $0.type("2", end: nil)
        }
        #expect(codes == ["1", "damaged:timeout"])
    }

    @Test("line breaks and tabs inside, where another key or a pause is the end; CR LF is one line break")
    func lines() {
        let type = { (typist: inout Typist) in
            typist.type("a")
            typist.type("b")
            control(36, &typist)
            control(50, &typist)
            control(36, &typist)
            typist.tap(Typist.enter)
            typist.type("c", end: nil)
        }
        let text = "a\nb\n\n\nc"
        #expect(
            decoded(DecodingSettings(endKeys: [.tab])) {
                type(&$0)
                $0.tap(Typist.tab)
            } == [text])
        #expect(
            decoded(DecodingSettings(endKeys: [])) {
                type(&$0)
                $0.tap(Typist.tab)
            } == [text + "\t"])
    }

    @Test(
        "Enter with Ctrl, Alt or the Windows key is no end: what follows is no code",
        arguments: [29, 56, 125] as [UInt16])
    func modifiedEnd(_ modifier: UInt16) {
        let codes = decoded {
            $0.type("12", end: nil)
            $0.tap(Typist.enter, holding: [modifier])
            $0.type("34")
            $0.type("56")
        }
        #expect(codes == ["damaged:undecodable", "56"])
    }

    @Test("a report that fills the input core's buffer ends with a flush, and with nothing else")
    func flush() {
        // Four keys and their scan codes: eight values.
        let type = { (typist: inout Typist, isLast: Bool) in
            for key: UInt16 in [2, 3, 4, Typist.enter] { typist.down(key) }
            typist.events.append(InputEvent(time: typist.time, type: 0, code: 0, value: 1))
            if isLast { return }
            typist.time.microseconds += 1000
            for key: UInt16 in [2, 3, 4, Typist.enter] { typist.up(key) }
            typist.events.append(InputEvent(time: typist.time, type: 0, code: 0, value: 1))
            typist.time.microseconds += 1000
        }
        #expect(
            decoded {
                type(&$0, false)
                type(&$0, false)
            } == ["123", "123"])
        // Nothing more comes: a few milliseconds show that the packet was over.
        var typist = Typist(us)
        type(&typist, true)
        var decoder = ScanDecoder(settings: DecodingSettings(), layout: us)
        for event in typist.events { #expect(decoder.received(event) == nil) }
        #expect(decoder.deadline == typist.time.adding(milliseconds: 5))
        #expect(decoder.waited(until: typist.time.adding(milliseconds: 6)).map(describe) == "123")
        #expect(decoder.deadline == nil)
    }

    @Test("an Alt code that ends codes is no scan alone")
    func altEndAlone() {
        let end = { (typist: inout Typist) in
            typist.down(Typist.alt)
            for key: UInt16 in [82, 79, 81] { typist.tap(key) }
            typist.up(Typist.alt)
            typist.report()
        }
        #expect(
            decoded {
                end(&$0)
                $0.type("12", end: nil)
                end(&$0)
                end(&$0)
                $0.pause(milliseconds: 1000)
                $0.type("34")
            } == ["12", "34"])
    }

    @Test(
        "a key with Ctrl, Alt or the Windows key that drives a machine is no code",
        arguments: [29, 56, 125] as [UInt16])
    func attacks(_ modifier: UInt16) {
        for key: UInt16 in [62, 111, 15, 1] {
            #expect(
                decoded {
                    $0.type("12", end: nil)
                    $0.tap(key, holding: [modifier])
                    $0.type("34")
                }.first == "damaged:undecodable")
        }
    }

    @Test("sleep in mid-code damages it, and what follows closely is its rest")
    func sleep() {
        var typist = Typist(us)
        typist.type("12", end: nil)
        var decoder = ScanDecoder(settings: DecodingSettings(), layout: us)
        for event in typist.events { #expect(decoder.received(event) == nil) }
        #expect(decoder.suspended(until: typist.time).map(describe) == "damaged:timeout")
        #expect(decoder.suspended(until: typist.time) == nil)
        let before = typist.events.count
        typist.type("34")
        typist.type("56")
        #expect(
            typist.events[before...].compactMap { decoder.received($0) }.map(describe) == ["damaged:timeout", "56"])
    }
}
