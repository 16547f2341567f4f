extension EndpointSettings {
    static let maxHeaders = 32
    static let maxHeaderValueBytes = 4096
    static let maxAccountBytes = 128

    /// Throws what is wrong with the first setting that cannot be used. Files are not looked at: they may come later.
    public func check() throws(SettingFault) {
        let url = try MemberURL(memberURL)
        if url.needsAccount, account.isEmpty {
            throw SettingFault(key: "endpoint.account", message: "is missing; member_url contains {account}")
        }
        guard account.utf8.count <= Self.maxAccountBytes, !account.hasControlCharacters else {
            throw SettingFault(
                key: "endpoint.account",
                message: "must be at most \(Self.maxAccountBytes) bytes without control characters")
        }
        if url.needsToken, tokenFile.isEmpty {
            throw SettingFault(key: "endpoint.token_file", message: "is missing; member_url contains {token}")
        }
        for (key, path) in [("endpoint.token_file", tokenFile), ("endpoint.ca_file", caFile)] {
            guard !path.hasControlCharacters, path.utf8.count < 4096 else {
                throw SettingFault(key: key, message: "must be a file's path")
            }
        }
        guard (100...60_000).contains(timeoutMilliseconds) else {
            throw SettingFault(key: "endpoint.timeout_ms", message: "must be from 100 to 60000")
        }
        if !locale.isEmpty, NumberStyle(locale: locale) == nil {
            throw SettingFault(
                key: "endpoint.locale",
                message: "is not known; use a language such as es, ca, en, or with a region es-MX, or leave it empty")
        }
        try checkHeaders()
    }

    private func checkHeaders() throws(SettingFault) {
        let key = "endpoint.headers"
        guard headers.count <= Self.maxHeaders else {
            throw SettingFault(key: key, message: "may hold at most \(Self.maxHeaders) headers")
        }
        // These belong to the connection: another value would break it, or let one answer pass for another.
        let own: Set<String> = [
            "host", "connection", "content-length", "transfer-encoding", "te", "upgrade", "expect", "accept-encoding",
        ]
        for header in headers {
            guard !header.name.isEmpty, header.name.utf8.count <= 128, header.name.utf8.allSatisfy(\.isHeaderNameByte)
            else { throw SettingFault(key: key, message: "has a name that is no HTTP header name") }
            guard !own.contains(header.name.lowercased()) else {
                throw SettingFault(key: key, message: "must not set \(header.name)")
            }
            guard header.value.utf8.count <= Self.maxHeaderValueBytes, !header.value.hasControlCharacters else {
                throw SettingFault(
                    key: key,
                    message:
                        "has a value over \(Self.maxHeaderValueBytes) bytes or with control characters, for \(header.name)"
                )
            }
        }
    }
}

extension UInt8 {
    /// Whether it may stand in a header's name: RFC 9110's `token`.
    fileprivate var isHeaderNameByte: Bool {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(self)
        }
    }
}
