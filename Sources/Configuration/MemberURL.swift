/// What a member endpoint's address must be.
///
/// The token and a scanned text are put into it, so it is held to the letter of RFC 3986: what this check and the HTTP client
/// could read in two ways is refused, and the host is written out.
enum MemberURL {
    private static let placeholders: Set<Substring> = ["member_id", "token", "account"]

    /// Why an address cannot be used, going on from the key's name; nil if it can.
    static func fault(in url: String) -> String? {
        guard url.utf8.allSatisfy({ $0.isAlphanumeric(or: "-._~:/?#[]@!$&'()*+,;=%{}") }) else {
            return "must hold only the characters of a URL: no spaces, and the others as %XX"
        }
        guard hasWholeEscapes(url) else { return "must have two hexadecimal digits behind each %" }
        guard let names = names(in: url), names.allSatisfy(placeholders.contains) else {
            return "must hold no other braces than {member_id}, {token} and {account}"
        }
        guard names.count(where: { $0 == "member_id" }) == 1 else { return "must hold {member_id} exactly once" }
        guard !url.contains("#") else { return "must not have a fragment (#)" }
        let scheme = url.prefix { $0 != ":" }
        let rest = url.dropFirst(scheme.count)
        guard rest.hasPrefix("://"), ["https", "http"].contains(scheme.lowercased()) else {
            return "must begin with https://, or with http:// to a loopback address"
        }
        let authority = rest.dropFirst(3).prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else { return "must not hold a user's name or password" }
        guard !authority.contains("{") else {
            return "must have {member_id}, {token} and {account} behind the host, in the path or the query"
        }
        guard let host = host(of: authority) else { return "must name a host, with or without a port from 1 to 65535" }
        guard scheme.lowercased() == "https" || isLoopback(host) else {
            return "must begin with https://; http:// only goes to localhost, 127.0.0.0/8 or [::1]"
        }
        return nil
    }

    /// What stands in braces; nil if the braces do not match.
    private static func names(in url: String) -> [Substring]? {
        var names: [Substring] = []
        var rest = url[...]
        while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            guard rest[brace] == "{", let end = rest[brace...].firstIndex(of: "}") else { return nil }
            names.append(rest[rest.index(after: brace)..<end])
            rest = rest[rest.index(after: end)...]
        }
        return names
    }

    private static func hasWholeEscapes(_ url: String) -> Bool {
        url.utf8.split(separator: UInt8(ascii: "%"), omittingEmptySubsequences: false).dropFirst().allSatisfy {
            $0.count >= 2 && $0.prefix(2).allSatisfy(\.isHexDigit)
        }
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
