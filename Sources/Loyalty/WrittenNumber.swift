import FoundationEssentials

/// What a number that was written for people stands for.
enum WrittenNumber: Equatable {
    case value(Decimal)
    /// Two readings are possible, and no locale says which: `1.250` without one.
    case ambiguous
    /// No number that a balance could be: a date, a card's digits, groups of other than three.
    case invalid

    /// More digits than this are no balance but an identifier.
    static let maxDigits = 15

    /// The marks that may stand between the digits of one number.
    static func isSeparator(_ character: Character) -> Bool { character == "." || character == "," || isGap(character) }

    /// Apostrophes and the spaces that do not break a line: they only ever group.
    static func isGap(_ character: Character) -> Bool {
        switch character {
        case "'", "’", "\u{A0}", "\u{202F}", "\u{2009}", "\u{2007}": true
        default: false
        }
    }

    /// Reads digits with separators between them; a sign is the caller's matter.
    init(reading text: some StringProtocol, style: NumberStyle?) {
        var runs: [String] = [""]
        var marks: [Character] = []
        for character in text {
            if character.isASCII, character.isNumber {
                runs[runs.count - 1].append(character)
            } else if Self.isSeparator(character), runs[runs.count - 1] != "" {
                marks.append(character)
                runs.append("")
            } else {
                self = .invalid
                return
            }
        }
        guard runs.last != "", runs.reduce(0, { $0 + $1.count }) <= Self.maxDigits else {
            self = .invalid
            return
        }
        self = Self.interpret(runs, marks, style)
    }

    private static func interpret(_ runs: [String], _ marks: [Character], _ style: NumberStyle?) -> WrittenNumber {
        guard let last = marks.last else { return number(runs[...], decimals: "") }
        let decimals = runs[runs.count - 1]
        let earlier = marks.dropLast()
        if isGap(last) {
            // Only one kind groups, and nothing but a group follows a group.
            return earlier.allSatisfy { $0 == last } ? number(runs[...], decimals: "") : .invalid
        }
        if let first = earlier.first {
            guard earlier.allSatisfy({ $0 == first }) else { return .invalid }
            // `1.250.000`: twice the same can only be grouping. Else what comes last starts the decimals.
            return first == last ? number(runs[...], decimals: "") : number(runs.dropLast(), decimals: decimals)
        }
        let whole = runs[0]
        if decimals.count != 3 {
            return decimals.count < 3 ? number(runs.dropLast(), decimals: decimals) : .invalid
        }
        // `1250.000` and `0.250` cannot be groups.
        if whole.count > 3 || whole.hasPrefix("0") { return number(runs.dropLast(), decimals: decimals) }
        guard let style else { return .ambiguous }
        if last == style.decimal { return number(runs.dropLast(), decimals: decimals) }
        return last == style.grouping ? number(runs[...], decimals: "") : .ambiguous
    }

    /// `groups` is the whole part: one run of digits, or groups of three after a first one of one to three.
    private static func number(_ groups: ArraySlice<String>, decimals: String) -> WrittenNumber {
        guard let first = groups.first, !first.isEmpty else { return .invalid }
        if groups.count > 1 {
            guard first.count <= 3, first != "0", groups.dropFirst().allSatisfy({ $0.count == 3 }) else {
                return .invalid
            }
        }
        // A number with a zero in front is an identifier.
        if first.count > 1, first.hasPrefix("0") { return .invalid }
        guard let digits = Int64(groups.joined() + decimals) else { return .invalid }
        return .value(Decimal(sign: .plus, exponent: -decimals.count, significand: Decimal(digits)))
    }
}
