import FoundationEssentials
import Patterns
import TextChecks

/// Takes name and balance out of a display text, by the configured patterns or by what such texts usually say.
struct DisplayTextReader {
    private let style: NumberStyle?
    private let namePattern: Pattern?
    private let balancePattern: Pattern?

    init(mapping: MappingSettings, locale: String) throws(SettingFault) {
        style = NumberStyle(locale: locale)
        namePattern = try Self.pattern(mapping.namePattern, group: "name")
        balancePattern = try Self.pattern(mapping.balancePattern, group: "balance")
    }

    func name(in text: String) -> String? {
        guard let namePattern else { return NameText(DisplayToken.split(text)).name() }
        guard namePattern.match(text) == .matched else { return nil }
        return namePattern.text(ofGroup: "name")?.asMemberName
    }

    func balance(in text: String) -> Decimal? {
        guard let balancePattern else { return BalanceText(DisplayToken.split(text), style: style).balance() }
        guard balancePattern.match(text) == .matched, let number = balancePattern.text(ofGroup: "balance") else {
            return nil
        }
        return Self.balance(written: number, style: style)
    }

    /// A balance that a field holds as text.
    ///
    /// Programs write a point before decimals whatever the locale, so a number with one point and three digits behind it could
    /// be theirs or a person's. Only a locale that has the point for decimals tells.
    func balance(ofField text: String) -> Decimal? {
        let isPointStyle = style?.decimal == "."
        if !isPointStyle, Self.balance(written: text, style: .point) != Self.balance(written: text, style: style),
            text.contains(".")
        {
            return nil
        }
        return Self.balance(written: text, style: style)
    }

    private static func balance(written text: String, style: NumberStyle?) -> Decimal? {
        var digits = text.trimmingWhitespace()
        let isNegative = digits.hasPrefix("-") || digits.hasPrefix("−")
        if isNegative || digits.hasPrefix("+") { digits = digits.dropFirst() }
        // In a pattern's group the number is alone, so that an ordinary space in it can only group.
        let number = String(digits.map { $0 == " " ? "\u{A0}" : $0 })
        guard case .value(let value) = WrittenNumber(reading: number, style: style) else { return nil }
        return isNegative ? -value : value
    }

    private static func pattern(_ text: String, group: String) throws(SettingFault) -> Pattern? {
        do {
            return try Pattern.configured(text, group: group)
        } catch {
            throw SettingFault(key: "mapping.\(group)_pattern", message: error.reason)
        }
    }
}

extension String {
    /// Without white space at its ends and with single spaces inside; nil if then nothing is left, it is too long for a name or
    /// holds control characters.
    var asMemberName: String? {
        let words = split { $0.isWhitespace }
        let name = words.joined(separator: " ")
        guard !name.isEmpty, name.utf8.count <= Member.maxNameBytes, !name.hasControlCharacter else { return nil }
        return name
    }

    func trimmingWhitespace() -> Substring {
        var text = self[...]
        while text.first?.isWhitespace ?? false { text = text.dropFirst() }
        while text.last?.isWhitespace ?? false { text = text.dropLast() }
        return text
    }
}
