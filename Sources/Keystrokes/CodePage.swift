/// The upper half of an 8-bit code page, after the Unicode Consortium's mapping tables.
struct CodePage: Sendable {
    private let first: UInt32
    private let scalars: [UInt32]

    /// - Parameter text: The characters from `first` on; U+FFFD where there is none.
    private init(from first: UInt32, _ text: String) {
        self.first = first
        scalars = text.unicodeScalars.map(\.value)
    }

    /// The Unicode scalar value of a code, nil where the page has none or does not reach.
    subscript(code: UInt32) -> UInt32? {
        guard code >= first, code - first < scalars.count else { return nil }
        let scalar = scalars[Int(code - first)]
        return scalar == 0xFFFD ? nil : scalar
    }

    /// VENDORS/MICSFT/PC/CP437.TXT, 0x80 to 0xFF.
    static let ibm437 = CodePage(
        from: 0x80,
        "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀"
            + "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}")

    /// VENDORS/MICSFT/WINDOWS/CP1252.TXT, 0x80 to 0x9F; the rest is Latin-1.
    static let windows1252 = CodePage(
        from: 0x80, "€\u{FFFD}‚ƒ„…†‡ˆ‰Š‹Œ\u{FFFD}Ž\u{FFFD}\u{FFFD}‘’“”•–—˜™š›œ\u{FFFD}žŸ")
}
