import TextChecks

/// What each setting must be. A reason goes on from the key's name, and repeats nothing of the value; nil is a value that can be
/// used.
extension EndpointSettings {
    /// The times that can be set, in milliseconds.
    public static let timeoutRange = 100...60_000
    /// How many headers can be added.
    public static let maxHeaders = 32

    static let maxAccountBytes = 128
    static let maxHeaderNameBytes = 128
    static let maxHeaderValueBytes = 4096

    /// They belong to the connection: another value would break it, change where a request ends or where it goes, or let one
    /// answer pass for another.
    private static let ownHeaders = [
        "Host", "Connection", "Content-Length", "Transfer-Encoding", "TE", "Upgrade", "Expect", "Accept-Encoding",
        "Idempotency-Key",
    ]

    /// Throws what is wrong with the first setting that cannot be used. Files are not looked at: they may come later.
    public func check() throws(SettingFault) {
        try Self.check("account", Self.reason(againstAccount: account))
        try Self.check("token_file", Self.reason(againstTokenFile: tokenFile))
        try Self.check("member_url", Self.reason(againstMemberURL: memberURL))
        if let purchaseURL { try Self.check("purchase_url", Self.reason(againstPurchaseURL: purchaseURL)) }
        try Self.check("timeout_ms", Self.reason(againstTimeoutMilliseconds: timeoutMilliseconds))
        try Self.check("locale", Self.reason(againstLocale: locale))
        let isTooMany = headers.count > Self.maxHeaders
        try Self.check("headers", isTooMany ? "must hold at most \(Self.maxHeaders) entries" : nil)
        for (index, header) in headers.enumerated() {
            try Self.check("headers", Self.reason(against: header, after: headers[..<index]))
        }
        try Self.check("ca_file", Self.reason(againstCAFile: caFile))
    }

    private static func check(_ key: String, _ reason: String?) throws(SettingFault) {
        if let reason { throw SettingFault(key: "endpoint.\(key)", message: reason) }
    }

    // MARK: One by one

    /// Why this cannot be `account`.
    public static func reason(againstAccount text: String) -> String? {
        guard text.utf8.count <= maxAccountBytes else { return "must be at most \(maxAccountBytes) bytes long" }
        guard !text.isEmpty, text.utf8.allSatisfy({ $0.isAlphanumeric(or: "._-") }) else {
            return "must be 1 to \(maxAccountBytes) letters, digits, '.', '_' or '-'"
        }
        return nil
    }

    /// Why this cannot be `token_file`.
    public static func reason(againstTokenFile path: String) -> String? {
        path.isAbsolutePath() ? nil : "must be the path of the file that holds the token, from / on"
    }

    /// Why this cannot be `member_url`.
    public static func reason(againstMemberURL url: String) -> String? { reason(against: url, .member) }

    /// Why this cannot be `purchase_url`.
    public static func reason(againstPurchaseURL url: String) -> String? { reason(against: url, .purchase) }

    private static func reason(against url: String, _ kind: EndpointURL.Kind) -> String? {
        do {
            _ = try EndpointURL(url, kind)
            return nil
        } catch {
            return error.message
        }
    }

    /// Why this cannot be `timeout_ms`.
    public static func reason(againstTimeoutMilliseconds time: Int) -> String? {
        if timeoutRange.contains(time) { return nil }
        return "must be an integer from \(timeoutRange.lowerBound) to \(timeoutRange.upperBound)"
    }

    /// Why this cannot be `locale`.
    public static func reason(againstLocale text: String) -> String? {
        if text.isEmpty { return nil }
        guard hasFormOfLocale(text) else {
            return "must be a language such as \"es\", with a region such as \"es-MX\", or \"\" for none"
        }
        guard NumberStyle(locale: text) != nil else {
            let known = NumberStyle.knownLanguages.joined(separator: ", ")
            return "must be a language whose numbers are known (\(known)), with or without a region, or \"\" for none"
        }
        return nil
    }

    /// Why this cannot be among `headers`.
    ///
    /// - Parameter earlier: Those in front of it, for none may be named twice.
    public static func reason(against header: Header, after earlier: some Sequence<Header>) -> String? {
        // RFC 9110, 5.6.2: what a token is made of.
        guard (1...maxHeaderNameBytes).contains(header.name.utf8.count),
            header.name.utf8.allSatisfy({ $0.isAlphanumeric(or: "!#$%&'*+-.^_`|~") })
        else { return "must have names of HTTP headers, such as \"Agora-Version\"" }
        let name = header.name.lowercased()
        guard !ownHeaders.contains(where: { $0.lowercased() == name }) else {
            return "must not hold \(ownHeaders.dropLast().joined(separator: ", ")) or \(ownHeaders.last ?? "")"
        }
        guard !earlier.contains(where: { $0.name.lowercased() == name }) else {
            return "must not name a header twice; case does not count"
        }
        guard header.value.utf8.count <= maxHeaderValueBytes, !header.value.hasControlCharacter else {
            return "must have values of at most \(maxHeaderValueBytes) bytes, without line breaks, tabs and other "
                + "control characters"
        }
        return nil
    }

    /// Why this cannot be `ca_file`.
    public static func reason(againstCAFile path: String) -> String? {
        if path.isEmpty || path.isAbsolutePath() { return nil }
        return "must be the path of a file with PEM certificates, from / on, or \"\" for the system's"
    }

    /// BCP 47 as far as numbers need it: two or three letters, then perhaps two letters or three digits.
    private static func hasFormOfLocale(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard let language = parts.first, (2...3).contains(language.count), language.allSatisfy(\.isASCIILetter) else {
            return false
        }
        guard parts.count > 1 else { return true }
        let region = parts[1]
        guard parts.count == 2 else { return false }
        return (region.count == 2 && region.allSatisfy(\.isASCIILetter))
            || (region.count == 3 && region.allSatisfy(\.isASCIIDigit))
    }
}
