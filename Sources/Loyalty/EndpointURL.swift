import TextChecks

/// The endpoint's address with its placeholders, checked once so that each request is but a fill-in.
///
/// The token and a scanned text are put into it, so it is held to the letter of RFC 3986: what this check and the HTTP client
/// could read in two ways is refused, and the host is written out.
struct EndpointURL: Equatable, Sendable {
    /// What is asked for there, by the setting's key.
    enum Kind: String {
        /// A member: `{member_id}` stands in it exactly once.
        case member = "member_url"
        /// Taking a purchase: no member's id stands in it.
        case purchase = "purchase_url"
    }

    private enum Part: Equatable {
        case literal([UInt8])
        case memberID
        case token
        case account
    }

    static let maxBytes = 2048

    /// `https`, or `http` to a loopback address.
    let scheme: String
    private let parts: [Part]

    /// - Throws: Why the address cannot be used; no part of it is in there.
    init(_ text: String, _ kind: Kind) throws(SettingFault) {
        do throws(Unusable) {
            try self.init(checked: text, kind)
        } catch {
            throw SettingFault(key: "endpoint.\(kind.rawValue)", message: error.reason)
        }
    }

    /// Why the address cannot be used.
    private struct Unusable: Error {
        let reason: String
    }

    private init(checked text: String, _ kind: Kind) throws(Unusable) {
        guard text.utf8.count <= Self.maxBytes else { throw Self.fault("must be at most \(Self.maxBytes) bytes long") }
        guard text.utf8.allSatisfy({ $0.isAlphanumeric(or: "-._~:/?#[]@!$&'()*+,;=%{}") }) else {
            throw Self.fault("must hold only the characters of a URL: no spaces, and the others as %XX")
        }
        guard Self.hasWholeEscapes(text) else { throw Self.fault("must have two hexadecimal digits behind each %") }
        guard let parts = Self.parts(of: text) else {
            throw Self.fault("must hold no other braces than {member_id}, {token} and {account}")
        }
        let ids = parts.count { $0 == .memberID }
        switch kind {
        case .member where ids != 1: throw Self.fault("must hold {member_id} exactly once")
        case .purchase where ids != 0: throw Self.fault("must not hold {member_id}: the invoice names the members")
        case .member, .purchase: break
        }
        guard !text.contains("#") else { throw Self.fault("must not have a fragment (#)") }
        self.parts = parts
        scheme = try Self.checkedScheme(text)
    }

    var needsToken: Bool { parts.contains(.token) }

    /// The URL to ask for `id`, if it is a member's, which is a secret as the token in it is.
    func filled(id: MemberID? = nil, token: [UInt8], account: String) -> [UInt8] {
        var url: [UInt8] = []
        for part in parts {
            switch part {
            case .literal(let bytes): url += bytes
            case .memberID: url.appendPercentEncoded(id?.bytes ?? [])
            case .token: url.appendPercentEncoded(token)
            case .account: url.appendPercentEncoded(account.utf8)
            }
        }
        return url
    }

    /// The same with the token that a file holds, which is read if it stands in the address.
    func filled(id: MemberID? = nil, token: TokenFile, account: String) throws(TokenFault) -> [UInt8] {
        filled(id: id, token: needsToken ? try token.read().token : [], account: account)
    }

    // MARK: Checks

    private static func fault(_ reason: String) -> Unusable { Unusable(reason: reason) }

    private static func hasWholeEscapes(_ url: String) -> Bool {
        url.utf8.split(separator: UInt8(ascii: "%"), omittingEmptySubsequences: false).dropFirst().allSatisfy {
            $0.count >= 2 && $0.prefix(2).allSatisfy(\.isHexDigit)
        }
    }

    /// nil if the braces do not match, or hold something else than a placeholder's name.
    private static func parts(of text: String) -> [Part]? {
        var parts: [Part] = []
        var rest = text[...]
        while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            if open > rest.startIndex { parts.append(.literal(Array(rest[..<open].utf8))) }
            guard let close = rest[open...].firstIndex(of: "}") else { return nil }
            switch rest[open...close] {
            case "{member_id}": parts.append(.memberID)
            case "{token}": parts.append(.token)
            case "{account}": parts.append(.account)
            default: return nil
            }
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { parts.append(.literal(Array(rest.utf8))) }
        return parts
    }

    /// The scheme in lower case, if it and the host behind it can be used.
    private static func checkedScheme(_ url: String) throws(Unusable) -> String {
        let written = url.prefix { $0 != ":" }
        let scheme = written.lowercased()
        let rest = url.dropFirst(written.count)
        guard rest.hasPrefix("://"), ["https", "http"].contains(scheme) else {
            throw fault("must begin with https://, or with http:// to a loopback address")
        }
        let authority = rest.dropFirst(3).prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else { throw fault("must not hold a user's name or password") }
        guard !authority.contains("{") else {
            throw fault("must have {member_id}, {token} and {account} behind the host, in the path or the query")
        }
        guard let host = host(of: authority) else {
            throw fault("must name a host, with or without a port from 1 to 65535")
        }
        guard scheme == "https" || isLoopback(host) else {
            throw fault("must begin with https://; http:// only goes to localhost, 127.0.0.0/8 or [::1]")
        }
        return scheme
    }

    /// The host in `host` or `host:port`; nil if either is wrong.
    private static func host(of authority: Substring) -> Substring? {
        let host: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[...end]
            guard host.count > 2,
                host.dropFirst().dropLast().utf8.allSatisfy({ $0.isHexDigit || ":.".utf8.contains($0) })
            else { return nil }
        } else {
            host = authority.prefix { $0 != ":" }
            guard !host.isEmpty, host.utf8.allSatisfy({ $0.isAlphanumeric(or: "-._") }) else { return nil }
        }
        let port = authority.dropFirst(host.count)
        guard !port.isEmpty else { return host }
        let digits = port.dropFirst()
        guard port.hasPrefix(":"), (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy(\.isASCIIDigit),
            let number = Int(digits), (1...65_535).contains(number)
        else { return nil }
        return host
    }

    /// A name that merely resolves to a loopback address is none.
    private static func isLoopback(_ host: Substring) -> Bool {
        if host == "[::1]" || host.lowercased() == "localhost" { return true }
        // Four decimal numbers and nothing else: 0177.1 and the like are read differently by different programs.
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "127" else { return false }
        return parts.allSatisfy { part in
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy(\.isASCIIDigit) else { return false }
            guard part == "0" || !part.hasPrefix("0"), let number = Int(part) else { return false }
            return number <= 255
        }
    }
}

extension [UInt8] {
    /// Appends `bytes` with everything but RFC 3986's unreserved characters percent-encoded.
    fileprivate mutating func appendPercentEncoded(_ bytes: some Sequence<UInt8>) {
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in bytes {
            if byte.isAlphanumeric(or: "-._~") {
                append(byte)
            } else {
                append(UInt8(ascii: "%"))
                append(digits[Int(byte >> 4)])
                append(digits[Int(byte & 15)])
            }
        }
    }
}
