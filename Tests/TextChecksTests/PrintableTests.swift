import Testing
import TextChecks

@Suite struct PrintableTests {
    @Test(
        arguments: [
            ("Señor O'Brien 😀", "Señor O'Brien 😀"), ("a\u{1B}[2Jb\n", "a\u{FFFD}[2Jb\u{FFFD}"), ("", ""),
            ("\u{202E}x\u{2028}y\u{9B}", "\u{FFFD}x\u{FFFD}y\u{FFFD}"),
            ("\u{7F}\u{E000}", "\u{FFFD}\u{FFFD}"),
        ])
    func nothingDrivesATerminal(_ text: String, _ expected: String) {
        #expect(text.printable == expected)
    }
}
