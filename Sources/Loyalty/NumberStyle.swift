/// Which of `.` and `,` starts the decimals where a number was written for people.
struct NumberStyle: Equatable, Sendable {
    let decimal: Character
    /// Stands between groups of three digits. Spaces and apostrophes are understood whatever stands here.
    let grouping: Character

    static let comma = NumberStyle(decimal: ",", grouping: ".")
    static let point = NumberStyle(decimal: ".", grouping: ",")

    /// Looks a language tag up, `es` or `es-MX` (`es_MX` too). nil for one that is not known.
    ///
    /// Source: Unicode CLDR's `symbols-numberSystem-latn`. In Spanish and Portuguese of Europe CLDR groups by a point or a space;
    /// the point is what people type. Swiss German and Italian, and all of Liechtenstein, have the point for decimals and
    /// group by an apostrophe, so that a comma says nothing there; in French a point says nothing, for the space groups.
    init?(locale: String) {
        let tag = locale.lowercased().split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "_" }
        guard (1...3).contains(tag.count), let language = tag.first,
            tag.allSatisfy({
                (2...8).contains($0.count) && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
            })
        else { return nil }
        // A script may stand between language and region: zh-Hant-TW.
        let region = tag.dropFirst().last { $0.count == 2 || $0.count == 3 }.map(String.init)
        if let region, let style = Self.regions["\(language)-\(region)"] {
            self = style
        } else if let style = Self.languages[String(language)] {
            self = style
        } else {
            return nil
        }
    }

    private init(decimal: Character, grouping: Character) {
        self.decimal = decimal
        self.grouping = grouping
    }

    /// Those that are known without a region.
    static var knownLanguages: [String] { languages.keys.sorted() }

    private static let swiss = NumberStyle(decimal: ".", grouping: "’")
    private static let french = NumberStyle(decimal: ",", grouping: "\u{202F}")

    private static let languages: [String: NumberStyle] = {
        var styles: [String: NumberStyle] = ["fr": french]
        let comma = [
            "an", "ast", "bg", "ca", "cs", "da", "de", "el", "es", "et", "eu", "fi", "gl", "hr", "hu", "id", "is", "it",
            "lt", "lv", "nb", "nl", "nn", "no", "oc", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "tr", "uk", "vi",
        ]
        for language in comma { styles[language] = .comma }
        for language in ["cy", "en", "ga", "he", "hi", "ja", "ko", "ms", "mt", "th", "zh"] { styles[language] = .point }
        return styles
    }()

    private static let regions: [String: NumberStyle] = {
        var styles: [String: NumberStyle] = [
            "de-ch": swiss, "de-li": swiss, "it-ch": swiss, "en-ch": swiss, "rm-ch": swiss,
        ]
        let point = ["419", "bz", "cu", "do", "gt", "hn", "mx", "ni", "pa", "pe", "pr", "sv", "us"]
        for region in point { styles["es-\(region)"] = .point }
        return styles
    }()
}
