/// A layout that a scanner may be set to.
public struct LayoutCandidate: Hashable, Sendable {
    /// As `layout` in a `[[scanner]]` has it.
    public let layout: String
    /// The country as scanners' manuals call it, or what xkb's list says of the layout.
    public let country: String

    public init(_ layout: String, _ country: String) {
        self.layout = layout
        self.country = country
    }

    /// The countries that scanners can be set to. Where several type the card alike, the plainer one stands first.
    public static let common = [
        LayoutCandidate("us", "United States"), LayoutCandidate("gb", "United Kingdom"),
        LayoutCandidate("es", "Spain"), LayoutCandidate("latam", "Latin America"), LayoutCandidate("pt", "Portugal"),
        LayoutCandidate("br", "Brazil"), LayoutCandidate("it", "Italy"), LayoutCandidate("fr", "France"),
        LayoutCandidate("be", "Belgium"), LayoutCandidate("de", "Germany"), LayoutCandidate("at", "Austria"),
        LayoutCandidate("ch", "Switzerland (German)"), LayoutCandidate("ch(fr)", "Switzerland (French)"),
        LayoutCandidate("nl", "Netherlands"), LayoutCandidate("dk", "Denmark"), LayoutCandidate("no", "Norway"),
        LayoutCandidate("se", "Sweden"), LayoutCandidate("fi", "Finland"), LayoutCandidate("is", "Iceland"),
        LayoutCandidate("ie", "Ireland"), LayoutCandidate("pl", "Poland"),
        LayoutCandidate("pl(qwertz)", "Poland (QWERTZ)"), LayoutCandidate("cz", "Czechia"),
        LayoutCandidate("cz(qwerty)", "Czechia (QWERTY)"), LayoutCandidate("sk", "Slovakia"),
        LayoutCandidate("sk(qwerty)", "Slovakia (QWERTY)"), LayoutCandidate("hu", "Hungary"),
        LayoutCandidate("hu(qwerty)", "Hungary (QWERTY)"), LayoutCandidate("hr", "Croatia"),
        LayoutCandidate("si", "Slovenia"), LayoutCandidate("rs(latin)", "Serbia (Latin)"),
        LayoutCandidate("ro", "Romania"), LayoutCandidate("ro(winkeys)", "Romania (Windows)"),
        LayoutCandidate("tr", "Türkiye (Q)"), LayoutCandidate("tr(f)", "Türkiye (F)"),
        LayoutCandidate("ca", "Canada (French)"), LayoutCandidate("ca(fr-legacy)", "Canada (French, old)"),
        LayoutCandidate("ca(multix)", "Canada (multilingual)"), LayoutCandidate("ee", "Estonia"),
        LayoutCandidate("lv", "Latvia"), LayoutCandidate("lt", "Lithuania"), LayoutCandidate("mt", "Malta"),
        LayoutCandidate("jp", "Japan"), LayoutCandidate("us(intl)", "United States (international)"),
        LayoutCandidate("gb(intl)", "United Kingdom (international)"),
        LayoutCandidate("us(dvorak)", "United States (Dvorak)"), LayoutCandidate("fr(bepo)", "France (Bépo)"),
        LayoutCandidate("fr(afnor)", "France (AFNOR)"),
    ]
}
