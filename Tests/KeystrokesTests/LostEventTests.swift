import Keystrokes
import SeededNumbers
import SystemCalls
import Testing

extension LongTests {
    /// Takes events out of what a scanner typed, and looks whether another code comes out.
    ///
    /// The floor of what evdev shows: an event whose absence nobody can notice is one after which everything else is possible as it
    /// stands. These are SYN_REPORT and MSC_SCAN (where several stand), the release of a key that is not pressed again, and
    /// the two events of Caps Lock or NumLock. None of them takes a character away, so the code that comes out is still the right one. What takes
    /// a character away, a press, leaves its release behind, which is impossible without it.
    @Suite("Lost events: never a wrong code")
    struct LostEventTests {
        /// The scan behind the one that is looked at.
        static let next = "9780306406157"
        static let codes = ["4006381333931", "OW-00412277", "3hRXhZ01Kictq", "1111", "aAbB-__-9"]

        /// EAN-13s and random ids, on a keyboard each.
        private struct Case {
            let layout: String
            let code: String
            let manner: Typist.Manner
            let hasScanCodes: Bool
        }

        private func cases() -> [Case] {
            var random = SeededGenerator(named: "lost events")
            var cases: [Case] = []
            for layout in ["us", "es", "de", "fr"] {
                for manner in Typist.Manner.allCases {
                    for hasScanCodes in [true, false] {
                        for code in Self.codes + (0..<3).map({ _ in Self.ean13(&random) })
                            + (0..<3).map({ _ in Self.id(&random) })
                        {
                            cases.append(Case(layout: layout, code: code, manner: manner, hasScanCodes: hasScanCodes))
                        }
                    }
                }
            }
            return cases
        }

        private static func ean13(_ random: inout SeededGenerator) -> String {
            let digits = (0..<12).map { _ in Int.random(in: 0...9, using: &random) }
            let sum = digits.enumerated().reduce(0) { $0 + $1.element * ($1.offset % 2 == 0 ? 1 : 3) }
            return digits.map(String.init).joined() + "\((10 - sum % 10) % 10)"
        }

        private static func id(_ random: inout SeededGenerator) -> String {
            let alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_@"
            return String(
                (0..<Int.random(in: 6...16, using: &random)).compactMap { _ in alphabet.randomElement(using: &random) })
        }

        /// A scan and the one behind it, 100 ms later, so that what the first has left behind shows.
        private func typed(
            _ item: Case, _ keyboard: Keyboard, _ layout: Layout, pause: Int64 = 100
        ) -> (events: [InputEvent], end: Int) {
            var typist = Typist(layout)
            typist.hasScanCodes = item.hasScanCodes
            typist.type(item.code.unicodeScalars, on: keyboard, item.manner)
            let end = typist.events.count
            typist.pause(milliseconds: pause)
            typist.type(Self.next.unicodeScalars, on: keyboard, item.manner)
            return (typist.events, end)
        }

        @Test("SYN_DROPPED in place of any run of events")
        func overflow() async throws {
            var tries = 0
            try await forEach { item, keyboard, layout in
                let (events, end) = typed(item, keyboard, layout, pause: item.hasScanCodes ? 100 : 2000)
                for start in 0..<end {
                    for length in [0, 1, 2, 5, 17, 40, 80] where start + length < events.count {
                        var events = events
                        // The mark has the time of the event that found the buffer full, the last that is lost.
                        let time = events[max(start, start + length - 1)].time
                        events.replaceSubrange(
                            start..<start + length, with: [InputEvent(time: time, type: 0, code: 3, value: 0)])
                        let decoded = decode(events, DecodingSettings(), layout)
                        tries += 1
                        let isRight = decoded.allSatisfy { [item.code, Self.next, "damaged:overflow"].contains($0) }
                        #expect(
                            isRight && decoded.contains("damaged:overflow") && decoded.count <= 3,
                            "\(item) \(start)+\(length): \(decoded)")
                    }
                }
            }
            print("\(tries) streams with SYN_DROPPED in place of 0 to 80 events: 0 wrong codes")
        }

        @Test("any single event removed")
        func removed() async throws {
            var tries = 0
            var damaged = 0
            var unnoticed: [String: Int] = [:]
            try await forEach { item, keyboard, layout in
                let (events, end) = typed(item, keyboard, layout)
                for index in 0..<end {
                    var rest = events
                    let lost = rest.remove(at: index)
                    let decoded = decode(rest, DecodingSettings(), layout)
                    tries += 1
                    let isRight = decoded.allSatisfy {
                        [item.code, Self.next].contains($0) || $0.hasPrefix("damaged:")
                    }
                    #expect(isRight && (2...3).contains(decoded.count), "\(item) \(lost) removed: \(decoded)")
                    if decoded == [item.code, Self.next] {
                        unnoticed[name(lost), default: 0] += 1
                    } else {
                        damaged += 1
                        #expect(decoded.contains { $0.hasPrefix("damaged:") }, "\(item) \(lost) removed: \(decoded)")
                    }
                    // What takes a character away is always noticed.
                    #expect(lost.type != 1 || lost.value != 1 || decoded != [item.code, Self.next], "\(item) \(lost)")
                }
            }
            let harmless = unnoticed.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
            print(
                "\(tries) streams with one event removed: 0 wrong codes, \(damaged) said to be damaged, unnoticed: \(harmless)"
            )
        }

        private func forEach(_ body: (Case, Keyboard, Layout) throws -> Void) async throws {
            var made: [String: (Keyboard, Layout)] = [:]
            for item in cases() {
                let (keyboard, layout) = try made[item.layout] ?? (Keyboard(item.layout), Layout(named: item.layout))
                made[item.layout] = (keyboard, layout)
                try body(item, keyboard, layout)
                await Task.yield()
            }
        }

        private func name(_ event: InputEvent) -> String {
            switch (event.type, event.value) {
            case (0, _): "SYN_REPORT"
            case (4, _): "MSC_SCAN"
            case (_, 0): "releases"
            default: "presses"
            }
        }
    }
}
