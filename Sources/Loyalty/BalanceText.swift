import FoundationEssentials

/// Finds the balance in a display text.
///
/// A number is the balance if a word that says so stands right before it (`tienes 257 puntos`, `Saldo: 12`, `Puntos: 350`), or
/// if the text is hardly more than a name and the number (`Anna Puig - 35,50 punts`). Numbers that are earned, missing, needed
/// or old have other words before them and are passed over. Where two such numbers differ, or one can be read in two ways,
/// there is no balance: none is better than a wrong one.
struct BalanceText {
    private let tokens: [DisplayToken]
    private let style: NumberStyle?

    init(_ tokens: [DisplayToken], style: NumberStyle?) {
        self.tokens = tokens
        self.style = style
    }

    /// A number in the text, its sign taken in.
    private struct Number {
        /// The tokens that it takes, its sign and the groups behind ordinary spaces with it.
        var range: Range<Int>
        var reading: WrittenNumber
        var isNegative: Bool
        /// Whether groups are joined over ordinary spaces, so that it may be two numbers.
        var isJoined: Bool

        var value: Decimal? {
            guard case .value(let value) = reading else { return nil }
            return isNegative ? -value : value
        }
    }

    func balance() -> Decimal? {
        var anchored: [Number] = []
        var others: [Number] = []
        var next = 0
        while next < tokens.count {
            guard tokens[next].kind == .number else {
                next += 1
                continue
            }
            let number = number(at: next)
            next = number.range.upperBound
            if isAnchored(number) { anchored.append(number) } else { others.append(number) }
        }
        if anchored.isEmpty { return bareBalance(others) }
        // `257 puntos y 3 sellos`: which of the two is the balance, nobody says.
        guard !others.contains(where: { isBeside($0, anchored) }) else { return nil }
        let values = anchored.map(\.value)
        guard let first = values[0], values.allSatisfy({ $0 == first }) else { return nil }
        return first
    }

    // MARK: Numbers

    private func token(_ index: Int) -> DisplayToken? { tokens.indices.contains(index) ? tokens[index] : nil }

    private func number(at index: Int) -> Number {
        var range = index..<index + 1
        var text = tokens[index].text
        // `1 250`: digits in threes behind spaces, where the first group is short and nothing else separates.
        if text.count <= 3, text.allSatisfy(\.isNumber) {
            while let group = token(range.upperBound), group.kind == .number, !group.isGlued,
                group.text.hasThreeDigitGroup
            {
                text += "\u{A0}" + group.text
                range = range.lowerBound..<range.upperBound + 1
                if group.text.count > 3 { break }
            }
        }
        let isJoined = range.count > 1
        let isNegative = isSign(index - 1)
        if isNegative { range = range.lowerBound - 1..<range.upperBound }
        var reading = WrittenNumber(reading: text, style: style)
        // Glued to something else it is a part of a date, a time, a fraction, a code or a share.
        if touchesOther(range) { reading = .invalid }
        return Number(range: range, reading: reading, isNegative: isNegative, isJoined: isJoined)
    }

    /// A minus that touches the number but not what stands before it. A dash with spaces around it only separates.
    private func isSign(_ index: Int) -> Bool {
        guard let mark = token(index), mark.isMark("-−"), let number = token(index + 1), number.isGlued else {
            return false
        }
        return !mark.isGlued || index == 0 || (token(index - 1)?.isMark(":") ?? false)
    }

    private func touchesOther(_ range: Range<Int>) -> Bool {
        if let before = token(range.lowerBound - 1), tokens[range.lowerBound].isGlued,
            before.isMark("/-−–+#.,_@&=€$£%") || before.kind == .mixed
        {
            // `=257` is a label's way of writing.
            if !before.isMark("=") { return true }
        }
        guard let behind = token(range.upperBound) else { return false }
        if behind.isMark("/%‰") { return true }
        guard behind.isGlued, behind.isMark("-−:._@"), let next = token(range.upperBound + 1) else { return false }
        return next.isGlued && (next.kind == .number || next.kind == .mixed)
    }

    // MARK: Anchors

    private func isAnchored(_ number: Number) -> Bool {
        if doubtsBehind(number) { return false }
        if let label = labelStart(before: number.range.lowerBound) { return !doubtsInFront(of: label) }
        guard let unit = unitIndex(behind: number) else { return false }
        if let verb = holdIndex(before: number.range.lowerBound) { return !doubtsInFront(of: verb) }
        guard let behind = token(unit + 1), behind.kind == .word, Vocabulary.holdsBehind.contains(behind.folded) else {
            return false
        }
        return !number.isNegative && !number.isJoined && !doubtsInFront(of: number.range.lowerBound)
    }

    /// The unit's token, which may stand in parentheses, `257 (puntos)`, or have its adjective in front, `257 loyalty points`.
    private func unitIndex(behind number: Number) -> Int? {
        var index = number.range.upperBound
        if let next = token(index), next.isMark("(") || Vocabulary.unitAdjectives.contains(next.folded) { index += 1 }
        guard let unit = token(index), unit.kind == .word, Vocabulary.units.contains(unit.folded) else { return nil }
        return index
    }

    private func holdIndex(before index: Int) -> Int? {
        for position in stride(from: index - 1, through: max(0, index - 5), by: -1) {
            guard tokens[position].kind == .word else { return nil }
            let word = tokens[position].folded
            if Vocabulary.holds.contains(word) { return position }
            guard Vocabulary.holdFillers.contains(word) else { return nil }
        }
        return nil
    }

    /// Where the label that ends right before `index` begins.
    ///
    /// `Saldo 12` needs no colon, `Puntos: 350` does: `257 puntos 3 sellos` is no label.
    private func labelStart(before index: Int) -> Int? {
        var position = index - 1
        let hasColon = token(position).map { $0.isMark(":=") || $0.isMark("-–—") && !$0.isGlued } ?? false
        if hasColon { position -= 1 }
        if token(position)?.isMark(")") ?? false {
            // `Saldo (puntos): 257`
            guard let inner = token(position - 1), Vocabulary.units.contains(inner.folded),
                token(position - 2)?.isMark("(") ?? false
            else { return nil }
            position -= 3
        }
        var start: Int?
        var isLabel = false
        for _ in 0..<6 {
            guard let word = token(position), word.kind == .word else { break }
            if Vocabulary.labels.contains(word.folded) {
                start = position
                isLabel = true
            } else if Vocabulary.units.contains(word.folded) {
                start = position
            } else if !Vocabulary.labelFillers.contains(word.folded) {
                break
            }
            position -= 1
        }
        guard let start, isLabel || hasColon else { return nil }
        // `257 puntos: 3 sellos`
        if let before = token(start - 1), before.kind == .number { return nil }
        return start
    }

    // MARK: Doubts

    private func doubtsInFront(of index: Int) -> Bool {
        var isSameClause = true
        for position in stride(from: index - 1, through: 0, by: -1) {
            let token = tokens[position]
            if endsSentence(position) { return false }
            if token.isMark(",:¡¿()") || Vocabulary.conjunctions.contains(token.folded) { isSameClause = false }
            if Vocabulary.sentenceDoubts.contains(token.folded) { return true }
            if isSameClause, Vocabulary.clauseDoubts.contains(token.folded) { return true }
        }
        return false
    }

    private func doubtsBehind(_ number: Number) -> Bool {
        var index = number.range.upperBound
        while let token = token(index), !endsSentence(index), !token.isMark(",:"),
            !Vocabulary.conjunctions.contains(token.folded)
        {
            // A number that comes next has words of its own.
            if token.kind == .number, index > number.range.upperBound { return false }
            if Vocabulary.trailingDoubts.contains(token.folded) { return true }
            index += 1
        }
        return false
    }

    private func endsSentence(_ index: Int) -> Bool {
        tokens[index].kind == .lineBreak || tokens[index].isMark(".!?;|…")
    }

    /// Whether a number with a unit stands next to an anchored one, with but a conjunction or a comma between them.
    private func isBeside(_ number: Number, _ anchored: [Number]) -> Bool {
        guard unitIndex(behind: number) != nil, !doubtsBehind(number) else { return false }
        return anchored.contains { other in
            guard other.range.upperBound < number.range.lowerBound, other.value != number.value else { return false }
            return tokens[other.range.upperBound..<number.range.lowerBound].allSatisfy {
                $0.isMark(",+&()-–") || Vocabulary.conjunctions.contains($0.folded)
                    || Vocabulary.units.contains($0.folded)
            }
        }
    }

    // MARK: Bare

    /// `257 puntos`, `Anna Puig: 35,50 punts`, `Hola Ana - 12 sellos`: the text's only number, with a unit, and beside it nothing
    /// but a greeting and a name.
    private func bareBalance(_ numbers: [Number]) -> Decimal? {
        guard numbers.count == 1, let number = numbers.first, !number.isNegative, unitIndex(behind: number) != nil,
            !doubtsBehind(number)
        else { return nil }
        // An ordinary space may part two numbers; only in a language that groups by spaces it is not read so.
        if number.isJoined, style?.grouping != "\u{202F}" { return nil }
        guard !tokens.contains(where: { isDoubtful($0) }) else { return nil }
        let front = Array(tokens[..<number.range.lowerBound])
        guard front.isEmpty || NameText(front).isOnlyGreetingAndName else { return nil }
        return number.value
    }

    private func isDoubtful(_ token: DisplayToken) -> Bool {
        token.kind == .mixed
            || [Vocabulary.bareDoubts, Vocabulary.sentenceDoubts, Vocabulary.clauseDoubts].contains {
                $0.contains(token.folded)
            }
    }
}

extension String {
    /// `250`, and `250,50` at the end of a number whose groups stand behind spaces.
    fileprivate var hasThreeDigitGroup: Bool {
        let digits = prefix { $0.isNumber }
        return digits.count == 3 && (count == 3 || count(where: { !$0.isNumber }) == 1)
    }
}
