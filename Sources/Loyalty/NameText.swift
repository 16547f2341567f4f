/// Finds the member's name in a display text.
///
/// A name is one to six words with capitals (particles such as `de la` inside) that stand where only a name stands: after a
/// greeting and before a mark or a verb, after `Cliente:`, or at the text's start before the balance. Words that greet, count or
/// mean anybody end it. Where there is doubt, there is no name.
struct NameText {
    private let tokens: [DisplayToken]

    static let maxWords = 6
    static let maxWordCharacters = 40

    init(_ tokens: [DisplayToken]) {
        self.tokens = tokens
    }

    func name() -> String? {
        // Two different names are in doubt both.
        let names = [greetedName(), labelledName(), leadingName()].compactMap { $0 }
        guard let first = names.first, names.allSatisfy({ $0 == first }) else { return nil }
        return first
    }

    /// Whether there is nothing but marks around a greeting, a name, or both. Without a greeting the name must be of two words
    /// and end with a mark, for `Unlock 500 points` is no name.
    var isOnlyGreetingAndName: Bool {
        var index = skipMarks(0)
        let greeting = greetingEnd(at: index)
        if let greeting { index = skipMarks(greeting) }
        if let name = nameRange(at: index) {
            index = skipMarks(name.upperBound)
            if greeting == nil, index == name.upperBound || wordCount(name) < 2 { return false }
        }
        return index == tokens.count
    }

    // MARK: Places

    private func greetedName() -> String? {
        var index = 0
        while index < tokens.count {
            // A greeting begins a sentence.
            let begins =
                index == 0 || tokens[index - 1].kind == .lineBreak || tokens[index - 1].isMark("¡¿!.?,;-–—*\"“«")
            if begins, let end = greetingEnd(at: index), let name = name(at: skipTitles(skipComma(end))) { return name }
            index += 1
        }
        return nil
    }

    private func labelledName() -> String? {
        for index in tokens.indices.dropLast()
        where Vocabulary.nameLabels.contains(tokens[index].folded) && tokens[index + 1].isMark(":") {
            let begins = index == 0 || tokens[index - 1].kind != .word
            if begins, let name = name(at: skipTitles(index + 2)) { return name }
        }
        return nil
    }

    /// `Anna Puig - 35,50 punts`, `Anna Puig: Saldo 12`, `Anna Puig, tienes 257 puntos`, `Anna Puig has 1,250 points`. A single
    /// word would be too little: it may be a title of any sort.
    private func leadingName() -> String? {
        guard let range = nameRange(at: skipTitles(skipMarks(0))), wordCount(range) >= 2 else { return nil }
        var index = range.upperBound
        while let token = token(index), token.isMark("-–—:,(|") || token.kind == .lineBreak { index += 1 }
        guard let behind = token(index) else { return nil }
        let isBalance: Bool
        switch behind.kind {
        case .number:
            let unit = token(index + 1)
            isBalance = index > range.upperBound && unit.map { Vocabulary.units.contains($0.folded) } ?? false
        case .word:
            let isLabel = Vocabulary.labels.contains(behind.folded) || Vocabulary.units.contains(behind.folded)
            isBalance = isVerb(behind) || isLabel && index > range.upperBound
        case .mark, .mixed, .lineBreak: isBalance = false
        }
        return isBalance ? text(range) : nil
    }

    // MARK: Pieces

    private func token(_ index: Int) -> DisplayToken? { tokens.indices.contains(index) ? tokens[index] : nil }

    private func wordCount(_ name: Range<Int>) -> Int {
        tokens[name].count { !Vocabulary.particles.contains($0.folded) }
    }

    private func isVerb(_ token: DisplayToken) -> Bool {
        Vocabulary.holds.contains(token.folded) || ["you", "vous", "tu", "du", "sie"].contains(token.folded)
    }

    private func skipMarks(_ index: Int) -> Int {
        var index = index
        while let token = token(index), token.kind == .mark || token.kind == .lineBreak { index += 1 }
        return index
    }

    private func skipComma(_ index: Int) -> Int { token(index)?.isMark(",") ?? false ? index + 1 : index }

    private func skipTitles(_ index: Int) -> Int {
        var index = index
        while let title = token(index), title.kind == .word, Vocabulary.titles.contains(title.folded) {
            index += 1
            if token(index)?.isMark(".") ?? false { index += 1 }
        }
        return index
    }

    private func greetingEnd(at index: Int) -> Int? {
        for greeting in Vocabulary.greetings where index + greeting.count <= tokens.count {
            guard zip(greeting, tokens[index...]).allSatisfy({ $0 == $1.folded }) else { continue }
            let end = index + greeting.count
            // `Bienvenido/a`, `Bienvenido(a)`
            guard let mark = token(end), mark.isGlued, mark.isMark("/("), let ending = token(end + 1),
                ["a", "o", "da"].contains(ending.folded)
            else { return end }
            return token(end + 2)?.isMark(")") ?? false ? end + 3 : end + 2
        }
        return nil
    }

    /// The name that begins at `index`, if what follows it shows that it is whole.
    private func name(at index: Int) -> String? {
        guard let range = nameRange(at: index) else { return nil }
        if let behind = token(range.upperBound) {
            switch behind.kind {
            case .lineBreak: break
            case .mark:
                // `Ana & Luis`, `Ana/Luis`, `ana@…`, `Ana's`: there is more to it.
                if behind.isMark("&/@+'’_#\\\"") { return nil }
            case .word:
                guard isVerb(behind) else { return nil }
            case .number, .mixed: return nil
            }
        }
        return text(range)
    }

    private func text(_ range: Range<Int>) -> String? {
        let name = tokens[range].map(\.text).joined(separator: " ")
        return name.utf8.count <= Member.maxNameBytes ? name : nil
    }

    /// The words from `index` on that can be a name; nil for none and for too many.
    private func nameRange(at index: Int) -> Range<Int>? {
        var end = index
        var next = index
        while let word = token(next), word.kind == .word, next - index <= Self.maxWords {
            if next > index, word.isGlued { break }
            if next > index, isParticle(word) {
                next += 1
            } else if isNameWord(word) {
                next += 1
                end = next
            } else {
                break
            }
        }
        guard end > index, end - index <= Self.maxWords else { return nil }
        // A particle that nothing followed belongs to something else: `Anna de Barcelona` is whole, `Anna de vacances` is not.
        if next > end, let rest = token(end), !isVerb(rest) { return nil }
        return index..<end
    }

    private func isParticle(_ word: DisplayToken) -> Bool {
        Vocabulary.particles.contains(word.folded)
    }

    private func isNameWord(_ word: DisplayToken) -> Bool {
        guard let first = word.text.first, word.text.count <= Self.maxWordCharacters else { return false }
        // Scripts without cases have no capitals.
        let isCased = first.isUppercase || first.isLowercase
        let elided = ["d'", "d’", "l'", "l’"].contains(String(word.text.prefix(2)))
        let startsWell = elided ? word.text.dropFirst(2).first?.isUppercase ?? false : !isCased || first.isUppercase
        guard startsWell else { return false }
        // `Ana's` owns what comes next.
        return !["'s", "’s"].contains(String(word.folded.suffix(2))) && !Self.keywords.contains(word.folded)
    }

    /// Words that end a name.
    private static let keywords: Set<String> = {
        var words = Vocabulary.noNames
        words.formUnion(Vocabulary.units)
        words.formUnion(Vocabulary.labels)
        words.formUnion(Vocabulary.holds)
        words.formUnion(Vocabulary.sentenceDoubts)
        words.formUnion(Vocabulary.clauseDoubts)
        words.formUnion(Vocabulary.trailingDoubts)
        words.formUnion(Vocabulary.bareDoubts)
        words.formUnion(Vocabulary.greetings.compactMap(\.first))
        // Common names that are also such a word: Artur Mas, Ten Hag.
        words.subtract(["mas", "ten", "hai", "ha"])
        return words
    }()
}
