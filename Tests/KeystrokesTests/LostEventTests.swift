import Keystrokes
import SystemCalls
import Testing

@Suite("Lost events: never a wrong code")
struct LostEventTests {
    static let codes = ["4006381333931", "OW-00412277", "3hRXhZ01Kictq", "1111", "aAbB-__-9"]

    @Test("SYN_DROPPED in place of any run of events", arguments: codes)
    func overflow(_ code: String) throws {
        let us = try Layout(named: "us")
        var typist = Typist(us)
        typist.type(code)
        let end = typist.events.count
        typist.type(code)
        let dropped = { (time: MonotonicTime) in InputEvent(time: time, type: 0, code: 3, value: 0) }
        for start in 0..<end {
            for length in [0, 1, 2, 5, 17, 40] where start + length < typist.events.count {
                var events = typist.events
                events.replaceSubrange(start..<start + length, with: [dropped(events[start].time)])
                let decoded = decode(events, us)
                #expect(decoded.allSatisfy { $0 == code || $0 == "damaged:overflow" }, "\(start)+\(length): \(decoded)")
                #expect(decoded.contains("damaged:overflow"), "\(start)+\(length): \(decoded)")
            }
        }
    }

    @Test("any single event removed", arguments: codes)
    func removed(_ code: String) throws {
        let us = try Layout(named: "us")
        var typist = Typist(us)
        typist.type(code)
        let end = typist.events.count
        typist.type(code)
        for index in 0..<end {
            var events = typist.events
            events.remove(at: index)
            let decoded = decode(events, us)
            #expect(
                decoded.allSatisfy { $0 == code || $0.hasPrefix("damaged:") } && decoded.count <= 3,
                "\(typist.events[index]) removed: \(decoded)")
        }
    }

    private func decode(_ events: [InputEvent], _ layout: Layout) -> [String] {
        KeystrokesTests.decode(events, DecodingSettings(), layout)
    }
}
