import Keystrokes
import SystemCalls
import Testing

/// Which codes hold keys that are more than text, Enter and Tab.
@Suite struct CommandKeyTests {
    private let layout: Layout
    private static let logo: UInt16 = 125
    private static let f8: UInt16 = 66

    init() throws {
        layout = try Layout(named: "us")
    }

    /// `CODE`, `CODE!` for one with command keys, or its damage.
    private func decoded(_ settings: DecodingSettings = DecodingSettings(), _ type: (inout Typist) -> Void) -> [String]
    {
        var typist = Typist(layout)
        type(&typist)
        var decoder = ScanDecoder(settings: settings, layout: layout)
        let actions = typist.events.compactMap { decoder.received($0) }
        return actions.map { action in
            if case .scan(let scan) = action, scan.hasCommandKeys { describe(action) + "!" } else { describe(action) }
        }
    }

    @Test func textEnterAndTabAreNone() {
        #expect(decoded { $0.type("Ab-1") } == ["Ab-1"])
        #expect(decoded { $0.type("12", end: Typist.tab) } == ["12"])
        #expect(decoded { $0.type("12", end: Typist.keypadEnter) } == ["12"])
        #expect(
            decoded(DecodingSettings(endKeys: [.enter])) { typist in
                typist.type("1", end: Typist.tab)
                typist.type("2")
            } == ["1\t2"])
    }

    @Test(arguments: [50, 36] as [UInt16]) func enterByCtrlIsNone(_ key: UInt16) {
        let codes = decoded { typist in
            typist.type("12", end: nil)
            typist.tap(key, holding: [Typist.control])
        }
        #expect(codes == ["12"])
    }

    @Test(arguments: [27, 46, 32, 44] as [UInt16]) func ctrlWithAKeyIsOne(_ key: UInt16) {
        let codes = decoded { typist in
            typist.type("1", end: nil)
            typist.tap(key, holding: [Typist.control])
            typist.type("2")
            typist.type("34")
        }
        #expect(codes.count == 2 && codes[0].hasSuffix("!"))
        #expect(codes.last == "34")
    }

    @Test(arguments: [125, 29, 70, 69, 58] as [UInt16]) func aTapOfAModifierOrLockIsOne(_ key: UInt16) {
        let codes = decoded { typist in
            typist.type("1", end: nil)
            typist.tap(key)
            typist.type("2")
        }
        #expect(codes == ["12!"])
    }

    @Test(arguments: [69, 58] as [UInt16]) func locksThatComeInPairsAreNone(_ key: UInt16) {
        let codes = decoded { typist in
            typist.tap(key)
            typist.type("12", end: nil)
            typist.tap(key)
            typist.tap(Typist.enter)
        }
        #expect(codes == ["12"])
    }

    @Test func anAltCodeIsTextAndAControlCharacterMadeByOneIsNot() {
        func typed(_ digits: [UInt16]) -> [String] {
            decoded { typist in
                typist.type("1", end: nil)
                typist.down(Typist.alt)
                typist.report()
                for digit in digits { typist.tap(digit) }
                typist.up(Typist.alt)
                typist.report()
                typist.type("2")
            }
        }
        // Alt+064 is @, Alt+029 is GS.
        #expect(typed([82, 77, 75]) == ["1@2"])
        #expect(typed([82, 80, 73]) == ["1\u{1D}2!"])
    }

    @Test func functionKeysDamageACodeUnlessTheyAreNamed() {
        func type(_ typist: inout Typist) {
            typist.tap(Self.f8)
            typist.type("12")
        }
        #expect(decoded(DecodingSettings(), type) == ["damaged:undecodable"])
        var settings = DecodingSettings()
        settings.namedKeys.allow(Self.f8)
        #expect(decoded(settings, type) == ["12"])
    }

    @Test func aNameIsForItsModifiersOnly() {
        var settings = DecodingSettings()
        settings.namedKeys.allow(27, with: .control)
        func type(_ key: UInt16, _ modifiers: [UInt16]) -> [String] {
            decoded(settings) { typist in
                typist.type("1", end: nil)
                typist.tap(key, holding: modifiers)
                typist.type("2")
            }
        }
        #expect(type(27, [Typist.control]) == ["1\u{1D}2"])
        #expect(type(46, [Typist.control]) == ["1\u{03}2!"])
        #expect(type(27, [Typist.control, Typist.alt]) == ["damaged:undecodable"])
        #expect(type(27, [Self.logo]) == ["damaged:undecodable"])
    }

    @Test func aNamedKeyWithAltMakesNoCharacter() {
        var settings = DecodingSettings()
        settings.namedKeys.allow(62, with: .alt)
        let codes = decoded(settings) { typist in
            typist.type("1", end: nil)
            typist.tap(62, holding: [Typist.alt])
            typist.type("2")
        }
        #expect(codes == ["12"])
    }
}
