import TextChecks

/// Codes that are made for a telephone's camera: URLs, and what a QR code says in a scheme of its own.
///
/// They are no member's identifier, and some must not be asked for: the code of a Wi-Fi network holds its password, a contact a
/// person's address, a payment an account, and all of it would go to the provider and into its logs. A route can still take
/// one.
enum URIForm {
    /// Schemes that no `//` follows, in lower case. The first two lines are of RFCs; then the payloads that telephones and
    /// printers of QR codes agree on; then networks, cards and payments, which hold keys or accounts.
    private static let schemes: [StaticString] = [
        "mailto", "tel", "sms", "mms", "geo", "sip", "sips", "xmpp", "im", "pres",
        "data", "javascript", "callto", "facetime", "skype", "whatsapp", "magnet",
        "smsto", "mmsto", "matmsg", "mecard", "bizcard", "mebkm", "urlto", "begin",
        "wifi", "dpp", "lpa", "fido", "openpgp4fpr", "bitcoin", "ethereum", "litecoin", "lightning",
    ]

    /// The longest scheme that is looked for, in bytes; the longest that is registered has 36.
    private static let maxSchemeBytes = 64

    /// Whether a code has such a form. It does not lose it by what follows, so the beginning of one is enough.
    static func isBeginning(of bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = bytes.firstIndex { $0 != UInt8(ascii: " ") } ?? bytes.endIndex
        let text = UnsafeBufferPointer(rebasing: bytes[start...])
        if authority(in: text) != nil { return true }
        guard let colon = colon(in: text) else { return false }
        return schemes.contains { name in
            name.utf8CodeUnitCount == colon
                && name.withUTF8Buffer { name in (0..<colon).allSatisfy { text[$0].lowercaseASCII == name[$0] } }
        }
    }

    /// Where a URL's authority begins, by `scheme://` or `www.` in front; nil for what has neither.
    static func authority(in text: UnsafeBufferPointer<UInt8>) -> Int? {
        let w = UInt8(ascii: "w")
        if text.count >= 4, text[3] == UInt8(ascii: "."), text[..<3].allSatisfy({ $0.lowercaseASCII == w }) { return 0 }
        guard let colon = colon(in: text), colon + 2 < text.count, text[colon + 1] == UInt8(ascii: "/"),
            text[colon + 2] == UInt8(ascii: "/")
        else { return nil }
        return colon + 3
    }

    /// Where a scheme in front ends: a letter, then letters, digits, `+`, `-` and `.`, then the colon (RFC 3986, 3.1).
    private static func colon(in text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let first = text.first, first.isASCIILetter else { return nil }
        for index in text.indices.prefix(maxSchemeBytes + 1) {
            if text[index] == UInt8(ascii: ":") { return index }
            guard text[index].isAlphanumeric(or: "+-.") else { return nil }
        }
        return nil
    }
}

extension UInt8 {
    /// The small letter of a capital one; every other byte as it is.
    fileprivate var lowercaseASCII: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
    }
}
