import Testing
import TextChecks

@Suite struct TextChecksTests {
    @Test func controlCharactersAreThoseOfTheirCategory() {
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let isControl = scalar.properties.generalCategory == .control
            if String(scalar).hasControlCharacter != isControl { Issue.record("U+\(String(value, radix: 16))") }
        }
    }

    @Test func bytesAreSortedAsASCIISays() {
        for byte in UInt8.min...UInt8.max {
            let character = Character(Unicode.Scalar(byte))
            #expect(byte.isASCIILetter == (character.isASCII && character.isLetter))
            #expect(byte.isASCIIDigit == (character.isASCII && character.isNumber))
            #expect(byte.isHexDigit == (character.isASCII && character.isHexDigit))
            #expect(
                byte.isAlphanumeric(or: "-~") == (byte.isASCIILetter || byte.isASCIIDigit || "-~".contains(character)))
        }
    }

    @Test(arguments: [
        ("/", true), ("/a b/ñ", true), ("", false), ("a/b", false), ("/a\nb", false), ("/a\u{85}", false),
        ("/" + String(repeating: "a", count: 4094), true), ("/" + String(repeating: "é", count: 2048), false),
    ])
    func pathsGoFromTheRoot(_ path: String, _ isPath: Bool) {
        #expect(path.isAbsolutePath() == isPath)
    }

    @Test(arguments: [
        ("0c2e:*", "0c2e:0204:S1", true), ("*", "", true), ("a?c", "abc", true), ("a?c", "ac", false),
        ("[ab]", "b", true),
        ("a", "ab", false), (#"\*"#, "*", true), (#"\*"#, "x", false), ("[", "x", false), ("*/*", "a/b", true),
    ])
    func globsFitTheWholeText(_ glob: String, _ text: String, _ fits: Bool) {
        #expect(text.isLike(glob) == fits)
    }

    @Test(arguments: [
        ("7", true), ("", false), (".", false), ("..", false), ("...", true), ("a\u{9F}", false), ("a b", true),
        (String(repeating: "a", count: 128), true), (String(repeating: "\u{E9}", count: 65), false),
    ])
    func memberIDs(_ text: String, _ isOne: Bool) {
        #expect(text.canBeMemberID == isOne)
    }
}
