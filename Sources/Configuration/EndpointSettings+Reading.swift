import Loyalty

extension EndpointSettings {
    enum Key: String, CaseIterable {
        case account
        case tokenFile = "token_file"
        case memberURL = "member_url"
        case timeout = "timeout_ms"
        case locale, headers
        case caFile = "ca_file"
    }

    init(from table: TableReader<Key>) throws(ConfigurationError) {
        guard let account = try table.text(.account, atMost: 128) else {
            throw table.missing("needs account, the shop's name at the loyalty provider")
        }
        guard !account.isEmpty, account.utf8.allSatisfy({ $0.isAlphanumeric(or: "._-") }) else {
            throw table.badValue(.account, "must be 1 to 128 letters, digits, '.', '_' or '-'")
        }
        self.init(account: account)
        if let path = try table.text(.tokenFile, atMost: 4095) {
            guard path.isAbsolutePath() else {
                throw table.badValue(.tokenFile, "must be the path of the file that holds the token, from / on")
            }
            tokenFile = path
        }
        if let url = try table.text(.memberURL, atMost: 2048) {
            if let reason = MemberURL.fault(in: url) { throw table.badValue(.memberURL, reason) }
            memberURL = url
        }
        timeoutMilliseconds = try table.integer(.timeout, in: 100...60_000) ?? timeoutMilliseconds
        if let text = try table.text(.locale, atMost: 16) {
            guard text.isEmpty || Self.isLocale(text) else {
                throw table.badValue(
                    .locale, "must be a language such as \"es\", with a region such as \"es-MX\", or \"\" for none")
            }
            locale = text
        }
        headers = try Self.headers(from: table)
        if let path = try table.text(.caFile, atMost: 4095) {
            guard path.isEmpty || path.isAbsolutePath() else {
                throw table.badValue(
                    .caFile, "must be the path of a file with PEM certificates, from / on, or \"\" for the system's")
            }
            caFile = path
        }
    }

    /// BCP 47 as far as numbers need it: two or three letters, then perhaps two letters or three digits.
    private static func isLocale(_ text: String) -> Bool {
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

    /// Headers that would change where a request ends or where it goes are the client's own.
    private static let reserved = ["host", "content-length", "transfer-encoding", "connection"]

    private static func headers(from table: TableReader<Key>) throws(ConfigurationError) -> [Header] {
        var headers: [Header] = []
        var names: Set<String> = []
        for (name, value) in try table.pairs(.headers, atMost: 32) ?? [] {
            // RFC 9110, 5.6.2: what a token is made of.
            guard (1...128).contains(name.utf8.count),
                name.utf8.allSatisfy({ $0.isAlphanumeric(or: "!#$%&'*+-.^_`|~") })
            else { throw table.badPair(.headers, name, "must have names of HTTP headers, such as \"Agora-Version\"") }
            let lowercased = name.lowercased()
            guard !reserved.contains(lowercased) else {
                throw table.badPair(
                    .headers, name, "must not hold Host, Content-Length, Transfer-Encoding or Connection")
            }
            guard names.insert(lowercased).inserted else {
                throw table.badPair(.headers, name, "must not name a header twice; case does not count")
            }
            guard value.utf8.count <= 4096,
                value.unicodeScalars.allSatisfy({ $0 == "\t" || $0.value >= 0x20 && $0.value != 0x7F })
            else {
                throw table.badPair(
                    .headers, name, "must have values of at most 4096 bytes, without line breaks and control characters"
                )
            }
            headers.append(Header(name: name, value: value))
        }
        return headers
    }
}
