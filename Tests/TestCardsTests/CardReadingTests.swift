import Keystrokes
import SystemCalls
import Testing

@testable import TestCards

@Suite("Reading the test card")
struct CardReadingTests {
    /// Layouts take milliseconds to make: once for all tests.
    private static let layouts: [String: Layout] = {
        var layouts: [String: Layout] = [:]
        for candidate in LayoutCandidate.common { layouts[candidate.layout] = try? Layout(named: candidate.layout) }
        return layouts
    }()

    /// Which layouts read the card as these countries type it, where it is not their own alone: their keyboards have all of
    /// ASCII but dead keys in the same places, or have one of the characters in two places.
    private static let readers: [String: Set<String>] = {
        var readers: [String: Set<String>] = [:]
        for group: Set<String> in [
            ["us", "pl", "lv"], ["gb", "ie"], ["de", "at"], ["ch", "ch(fr)"], ["se", "fi"], ["hr", "si", "rs(latin)"],
        ] {
            for layout in group { readers[layout] = group }
        }
        readers["ro"] = ["us", "pl", "lv", "ro"]
        for layout in ["se", "fi"] { readers[layout]?.insert("ee") }
        return readers
    }()

    private func verdict(
        _ typist: CardTypist, configured: String = "us", others: () -> [LayoutCandidate] = { [] }
    ) -> CardVerdict {
        CardReading(
            typist.events, settings: DecodingSettings(layout: configured),
            makeLayout: { Self.layouts[$0] ?? (try? Layout(named: $0)) }
        ).verdict(others: others)
    }

    private func typist(_ layout: String, _ text: String = TestCard.text) throws -> CardTypist {
        var typist = CardTypist()
        typist.type(try #require(CardTypist.strokes(text, in: layout)))
        return typist
    }

    @Test(
        "every common country is told by the card, or named with those that type it alike",
        arguments: LayoutCandidate.common)
    func country(_ candidate: LayoutCandidate) throws {
        let typist = try typist(candidate.layout)
        guard case .layouts(let layouts, let frame) = verdict(typist) else {
            Issue.record("\(verdict(typist))")
            return
        }
        #expect(frame == CardVerdict.Frame())
        let names = Set(layouts.map(\.layout))
        let expected = Self.readers[candidate.layout] ?? [candidate.layout]
        #expect(names == expected)
    }

    @Test("of several the plain one is named first")
    func order() throws {
        for (typed, first) in [("pl", "us"), ("ie", "gb"), ("at", "de"), ("fi", "se"), ("rs(latin)", "hr")] {
            guard case .layouts(let layouts, _) = verdict(try typist(typed)) else {
                Issue.record("\(typed)")
                continue
            }
            #expect(layouts.first?.layout == first)
        }
    }

    @Test("an identifier, a prefix and a suffix around the card are told", arguments: ["us", "es", "fr", "de"])
    func frame(_ layout: String) throws {
        for (before, behind) in [("]C0", ""), ("]Q1", ""), ("X", ""), ("", "ab"), ("X]C0", "-")] {
            guard case .layouts(let layouts, let frame) = verdict(try typist(layout, before + TestCard.text + behind))
            else {
                Issue.record("\(before) \(behind)")
                continue
            }
            #expect(layouts.first?.layout == layout)
            #expect(frame == CardVerdict.Frame(before: before, behind: behind))
        }
    }

    @Test("a rare layout of the system's list is found, and the list is asked for only then")
    func rare() throws {
        var asked = false
        let rare = verdict(try typist("us(colemak)")) {
            asked = true
            return [LayoutCandidate("us(colemak)", "Colemak"), LayoutCandidate("xx", "none")]
        }
        #expect(rare == .layouts([LayoutCandidate("us(colemak)", "Colemak")], .init()) && asked)
        asked = false
        _ = verdict(try typist("es")) {
            asked = true
            return []
        }
        #expect(!asked)
    }

    @Test("a configured layout that is no common one is tried too")
    func configured() throws {
        let own = verdict(try typist("us(colemak)"), configured: "us(colemak)")
        #expect(own == .layouts([LayoutCandidate("us(colemak)", "as configured")], .init()))
    }

    @Test("characters typed by Alt and the keypad are read by any layout")
    func alt() {
        var typist = CardTypist()
        typist.typeByAlt(TestCard.text)
        #expect(verdict(typist, configured: "fr") == .anyLayout(.init()))
        var other = CardTypist()
        other.typeByAlt("not the card")
        #expect(verdict(other, configured: "fr") == .other(read: "not the card", closest: nil, matching: 0))
    }

    @Test("exchanged case is told, with the layout")
    func capsLock() throws {
        guard case .caseExchanged(let layouts) = verdict(try typist("de", TestCard.text.caseExchanged)) else {
            Issue.record("not told")
            return
        }
        #expect(layouts.map(\.layout) == ["de", "at"])
    }

    @Test("a part of the card is told as one, wherever characters are missing", arguments: ["us", "es", "fr", "cz"])
    func part(_ layout: String) throws {
        let strokes = try #require(CardTypist.strokes(TestCard.text, in: layout))
        for range in [0..<12, 8..<strokes.count] {
            var typist = CardTypist()
            typist.type(strokes[range])
            guard case .part(let read) = verdict(typist) else {
                Issue.record("\(range): \(verdict(typist))")
                continue
            }
            #expect(TestCard.text.contains(read))
        }
        // A scanner that drops what is under AltGr.
        let plain = strokes.filter { !$0.modifiers.contains(CardTypist.altGr) }
        guard plain.count < strokes.count else { return }
        var typist = CardTypist()
        typist.type(plain)
        guard case .part(let read) = verdict(typist) else {
            Issue.record("\(verdict(typist))")
            return
        }
        #expect(read.utf8.count == plain.count)
    }

    @Test("another code is read by the configured layout, and is not close to any")
    func other() throws {
        let result = verdict(try typist("fr", "4006381333931"), configured: "fr")
        #expect(result == .other(read: "4006381333931", closest: nil, matching: 0))
        #expect(verdict(try typist("us", "qwaz")) == .other(read: "qwaz", closest: nil, matching: 0))
    }

    @Test("a scanner whose table differs in some places is told the country that comes closest")
    func close() throws {
        var strokes = try #require(CardTypist.strokes(TestCard.text, in: "es"))
        // Two characters that it has elsewhere.
        for index in [25, 26] { strokes[index] = CardTypist.Stroke(key: 2, modifiers: []) }
        var typist = CardTypist()
        typist.type(strokes)
        guard case .other(_, let closest, let matching) = verdict(typist) else {
            Issue.record("\(verdict(typist))")
            return
        }
        #expect(closest?.layout == "es" && matching == TestCard.text.utf8.count - 2)
    }

    @Test("lost events are told, and a whole scan behind them counts")
    func lost() throws {
        let strokes = try #require(CardTypist.strokes(TestCard.text, in: "it"))
        var typist = CardTypist()
        typist.type(strokes[..<9], end: false)
        typist.drop()
        typist.type(strokes[9...])
        #expect(verdict(typist) == .damaged(.overflow))
        typist.pause()
        typist.type(strokes)
        #expect(verdict(typist) == .layouts([LayoutCandidate("it", "Italy")], .init()))
    }

    @Test("without a key there is nothing to read")
    func nothing() {
        #expect(verdict(CardTypist()) == .nothing)
        #expect(CardReading([InputEvent(time: .now(), type: 4, code: 4, value: 1)]).verdict() == .nothing)
    }
}
