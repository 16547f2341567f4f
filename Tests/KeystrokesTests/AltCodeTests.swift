import Keystrokes
import SystemCalls
import Testing

@Suite("Alt and a number on the keypad")
struct AltCodeTests {
    static let keypad: [UInt16] = [82, 79, 80, 81, 75, 76, 77, 71, 72, 73]
    static let numLock: UInt16 = 69

    private func decoded(_ layout: String = "us", _ type: (inout Typist) -> Void) throws -> [String] {
        let layout = try Layout(named: layout)
        var typist = Typist(layout)
        type(&typist)
        typist.tap(Typist.enter)
        return decode(typist.events, DecodingSettings(), layout)
    }

    private func code(_ digits: String, _ typist: inout Typist, alt: UInt16 = Typist.alt) {
        typist.down(alt)
        typist.report()
        for digit in digits { typist.tap(Self.keypad[digit.wholeNumberValue ?? 0]) }
        typist.up(alt)
        typist.report()
    }

    @Test(
        "three digits are code page 437, a 0 and three are Windows-1252, and a leading 0 alone counts for nothing below 100",
        arguments: [
            ("065", "A"), ("0065", "A"), ("097", "a"), ("100", "d"), ("0100", "d"), ("122", "z"), ("048", "0"),
            ("164", "ñ"),
            ("0241", "ñ"), ("225", "ß"), ("0223", "ß"), ("0128", "€"), ("155", "¢"), ("255", "\u{A0}"), ("0255", "ÿ"),
            ("0149", "•"), ("126", "~"), ("029", "\u{1D}"), ("0029", "\u{1D}"),
        ])
    func tables(_ digits: String, _ expected: String) throws {
        for alt in [Typist.alt, Typist.altGr] {
            let seen = try decoded {
                $0.type("1", end: nil)
                code(digits, &$0, alt: alt)
                $0.type("2", end: nil)
            }
            #expect(seen == ["1\(expected)2"], "\(digits)")
        }
        // Where right Alt is AltGr, too: the keypad has no third level there.
        #expect(try decoded("es") { code(digits, &$0, alt: Typist.altGr) } == [expected])
    }

    @Test(
        "every other number of digits is damaged",
        arguments: ["", "6", "65", "256", "999", "0256", "1065", "00065", "06512", "0129", "000", "0000"])
    func others(_ digits: String) throws {
        #expect(
            try decoded {
                $0.type("1", end: nil)
                code(digits, &$0)
            } == ["damaged:undecodable"])
    }

    @Test("CR made so ends a code")
    func end() throws {
        #expect(
            try decoded {
                for digits in ["049", "050", "013", "051", "0010"] { code(digits, &$0) }
            } == ["12", "3"])
    }

    @Test("NumLock around and inside changes nothing")
    func numLock() throws {
        #expect(
            try decoded {
                $0.tap(Self.numLock)
                code("065", &$0)
                $0.tap(Self.numLock)
                $0.down(Typist.alt)
                $0.report()
                $0.tap(Self.numLock)
                for digit in [0, 6, 6] { $0.tap(Self.keypad[digit]) }
                $0.tap(Self.numLock)
                $0.up(Typist.alt)
                $0.report()
            } == ["AB"])
    }

    /// Digits in as many reports as there are groups.
    private func reports(_ groups: [[Int]], _ typist: inout Typist) {
        typist.down(Typist.alt)
        typist.report()
        for group in groups {
            for digit in group { typist.down(Self.keypad[digit]) }
            typist.report()
            for digit in group { typist.up(Self.keypad[digit]) }
            typist.report()
        }
        typist.up(Typist.alt)
        typist.report()
    }

    @Test(
        "several digits in one report, of which one that is named twice arrives once",
        arguments: [
            ([[0, 6, 5]], "A"), ([[0, 2, 9]], nil), ([[0, 3, 1]], "\u{1F}"), ([[0, 6], [5]], "A"),
            ([[0, 0, 6, 5].uniqued], "A"),
            ([[0, 1, 2], [8]], "€"), ([[1, 6, 4]], "ñ"),
            // 080, 100 and 121 with a digit gone; 0121 and 0110 are neither form feed nor line feed.
            ([[0, 8]], nil), ([[1, 0]], nil), ([[1, 2]], nil), ([[0, 1], [2]], nil), ([[0, 1, 2]], nil),
            ([[0, 2], [9]], nil), ([[0, 1], [0]], nil),
        ] as [([[Int]], String?)])
    func inOneReport(_ groups: [[Int]], _ expected: String?) throws {
        let seen = try decoded {
            $0.type("1", end: nil)
            reports(groups, &$0)
            $0.type("2", end: nil)
        }
        #expect(seen == [expected.map { "1\($0)2" } ?? "damaged:undecodable"])
    }

    @Test(
        "digits of the top row, Shift, Ctrl or the Windows key make no number",
        arguments: [Typist.shift, Typist.control, 125])
    func noNumber(_ modifier: UInt16) throws {
        #expect(
            try decoded {
                $0.down(modifier)
                code("065", &$0)
                $0.up(modifier)
                $0.report()
            } == ["damaged:undecodable"])
        #expect(
            try decoded {
                $0.down(Typist.alt)
                for key: UInt16 in [11, 7, 6] { $0.tap(key) }
                $0.up(Typist.alt)
                $0.report()
            } == ["damaged:undecodable"])
    }

    @Test("any single event removed: never another code")
    func removed() throws {
        let us = try Layout(named: "us")
        for scanCodes in [true, false] {
            var typist = Typist(us)
            typist.hasScanCodes = scanCodes
            for digits in ["079", "087", "045", "0113", "048", "0128", "164", "0103", "0049"] { code(digits, &typist) }
            typist.tap(Typist.enter)
            #expect(decode(typist.events, DecodingSettings(), us) == ["OW-q0€ñg1"])
            for index in typist.events.indices {
                var events = typist.events
                let lost = events.remove(at: index)
                let seen = decode(events, DecodingSettings(), us)
                #expect(seen.allSatisfy { $0 == "OW-q0€ñg1" || $0.hasPrefix("damaged:") }, "\(lost): \(seen)")
                #expect(lost.type != 1 || lost.value != 1 || seen != ["OW-q0€ñg1"], "\(lost)")
            }
        }
    }
}

extension [Int] {
    /// What evdev delivers of a report's keys.
    fileprivate var uniqued: [Int] { reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }
}
