import Keystrokes
import Testing

@testable import TestCards

@Suite("The system's layouts")
struct SystemLayoutsTests {
    @Test("layouts and variants of xkb's list are read, and nothing else of it")
    func parsing() {
        let text = """
            ! model
              pc105           Generic 105-key PC

            ! layout
              us              English (US)
              broken

            ! variant
              intl            us: English (US, intl., with dead keys)
              broken          no colon
            ! option
              grp:toggle      Right Alt
            """
        #expect(
            SystemLayouts.parse(Array(text.utf8)) == [
                LayoutCandidate("us", "English (US)"),
                LayoutCandidate("us(intl)", "English (US, intl., with dead keys)"),
            ])
        #expect(SystemLayouts.parse([0xFF, 0, 10, 33, 10, 33, 32]).isEmpty)
    }

    @Test("this system has a list, and every common layout is made from its data")
    func installed() {
        let names = Set(SystemLayouts.all().map(\.layout))
        #expect(names.count > 400 && names.contains("us") && names.contains("fr(bepo)"))
        for candidate in LayoutCandidate.common {
            #expect((try? Layout(named: candidate.layout)) != nil, "\(candidate.layout)")
        }
        #expect(Set(LayoutCandidate.common.map(\.layout)).count == LayoutCandidate.common.count)
    }

    @Test("the card's text cannot be taken for an identifier, and any barcode that holds ASCII can hold it")
    func text() {
        #expect(AIMIdentifier(inFrontOf: Array(TestCard.text.utf8)) == nil && !TestCard.text.hasPrefix("]"))
        #expect(TestCard.text.utf8.allSatisfy { (0x21...0x7E).contains($0) })
        #expect(Set(TestCard.text).count == TestCard.text.count)
    }
}
