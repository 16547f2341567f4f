/// A display text in words, numbers and marks.
///
/// The text comes from elsewhere and may be anything, so it is read once, from left to right, in a time that grows with its
/// length only; words are then looked up in ``Vocabulary``. Regular expressions that knew so many words in so many languages
/// would backtrack over them at each position.
struct DisplayToken: Equatable {
    enum Kind: Equatable {
        /// Letters, with apostrophes, hyphens and middle dots inside, and a full stop after a single capital.
        case word
        /// ASCII digits with separators inside.
        case number
        /// One character of any other sort, spaces aside.
        case mark
        /// Letters and digits glued together, or digits of other scripts: neither a name nor a number.
        case mixed
        case lineBreak
    }

    let kind: Kind
    let text: String
    /// In lower case, for comparisons.
    let folded: String
    /// Whether something else than a space stands in front.
    let isGlued: Bool

    /// No sensible text for a till's display is longer; what follows is not looked at.
    static let maxCharacters = 1000

    static func split(_ text: String) -> [DisplayToken] {
        var splitter = Splitter(Array(text.prefix(maxCharacters)))
        return splitter.tokens()
    }

    func isMark(_ characters: String) -> Bool { kind == .mark && characters.contains(text) }
}

private struct Splitter {
    private let characters: [Character]
    private var position = 0
    private var isGlued = false
    private var found: [DisplayToken] = []

    init(_ characters: [Character]) {
        self.characters = characters
    }

    mutating func tokens() -> [DisplayToken] {
        while position < characters.count {
            let character = characters[position]
            if character.isNewline {
                append(.lineBreak, 1)
                isGlued = false
            } else if character.isWhitespace {
                position += 1
                isGlued = false
            } else if character.isLetter || character.isNumber {
                alphanumeric()
            } else {
                append(.mark, 1)
            }
        }
        return found
    }

    private mutating func append(_ kind: DisplayToken.Kind, _ count: Int) {
        let text = String(characters[position..<position + count])
        found.append(DisplayToken(kind: kind, text: text, folded: text.lowercased(), isGlued: isGlued))
        position += count
        isGlued = true
    }

    private func character(at index: Int) -> Character? { index < characters.count ? characters[index] : nil }

    private mutating func alphanumeric() {
        let digits = numberLength()
        let letters = wordLength(from: position + digits)
        let next = character(at: position + digits + letters)
        let isMixed = next.map { $0.isLetter || $0.isNumber } ?? false
        if isMixed {
            append(.mixed, alphanumericLength())
        } else if digits == 0 {
            // A single capital with a full stop is an initial: `J. Pérez`.
            let isInitial = letters == 1 && characters[position].isUppercase && next == "."
            append(.word, isInitial ? 2 : letters)
        } else if letters == 0 {
            append(.number, digits)
        } else if Vocabulary.units.contains(
            String(characters[position + digits..<position + digits + letters]).lowercased())
        {
            // `257pts`
            append(.number, digits)
            append(.word, letters)
        } else {
            append(.mixed, digits + letters)
        }
    }

    private func alphanumericLength() -> Int {
        characters[position...].prefix { $0.isLetter || $0.isNumber }.count
    }

    private func numberLength() -> Int {
        var end = position
        while let character = character(at: end) {
            if isDigit(character) {
                end += 1
            } else if end > position, WrittenNumber.isSeparator(character), let next = self.character(at: end + 1),
                isDigit(next)
            {
                end += 1
            } else {
                break
            }
        }
        return end - position
    }

    private func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }

    private func wordLength(from start: Int) -> Int {
        var end = start
        while let character = character(at: end) {
            if character.isLetter {
                end += 1
            } else if end > start, "'’·-‐".contains(character), let next = self.character(at: end + 1), next.isLetter {
                end += 1
            } else {
                break
            }
        }
        return end - start
    }
}
