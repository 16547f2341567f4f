/// The endpoint's address with its placeholders, checked once so that each request is but a fill-in.
struct MemberURL: Equatable, Sendable {
    private enum Part: Equatable {
        case literal([UInt8])
        case memberID
        case token
        case account
    }

    static let key = "endpoint.member_url"
    static let maxBytes = 2048

    /// `https`, or `http` to a loopback address.
    let scheme: String
    private let parts: [Part]

    init(_ text: String) throws(SettingFault) {
        guard text.utf8.count <= Self.maxBytes, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Self.fault("must be at most \(Self.maxBytes) printable ASCII characters without spaces")
        }
        scheme = try Self.checkedScheme(text)
        parts = try Self.parts(of: text)
        guard parts.contains(.memberID) else { throw Self.fault("must contain {member_id}") }
    }

    var needsToken: Bool { parts.contains(.token) }
    var needsAccount: Bool { parts.contains(.account) }

    /// The URL to ask for `id`, which is a secret as the token in it is.
    func filled(id: MemberID, token: [UInt8], account: String) -> [UInt8] {
        var url: [UInt8] = []
        for part in parts {
            switch part {
            case .literal(let bytes): url += bytes
            case .memberID: url.appendPercentEncoded(id.bytes)
            case .token: url.appendPercentEncoded(token)
            case .account: url.appendPercentEncoded(account.utf8)
            }
        }
        return url
    }

    // MARK: Checks

    private static func fault(_ message: String) -> SettingFault { SettingFault(key: key, message: message) }

    private static func checkedScheme(_ text: String) throws(SettingFault) -> String {
        guard let separator = text.firstRange(of: "://") else {
            throw fault("must begin with https:// (or http:// to a loopback address)")
        }
        let scheme = text[..<separator.lowerBound].lowercased()
        let rest = text[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.isEmpty else { throw fault("names no host") }
        guard !authority.contains(where: { "@\\{}".contains($0) }) else {
            throw fault("must hold no user name and no placeholder in front of the path")
        }
        guard !rest.contains("#") else { throw fault("must hold no fragment (#)") }
        guard !rest.contains("\\") else { throw fault("must hold no backslash") }
        switch scheme {
        case "https": return scheme
        case "http":
            guard isLoopback(authority) else {
                throw fault("must be https://, since the token goes with it; http:// is for loopback addresses only")
            }
            return scheme
        default: throw fault("must begin with https:// (or http:// to a loopback address)")
        }
    }

    /// Whether it is `localhost`, 127.x.x.x or `[::1]`, with a port or without. A name that merely resolves there is not.
    private static func isLoopback(_ authority: Substring) -> Bool {
        if authority.hasPrefix("[") { return authority == "[::1]" || authority.hasPrefix("[::1]:") }
        let host = authority.prefix { $0 != ":" }
        if host.lowercased() == "localhost" { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers[0] == "127"
            && numbers.allSatisfy { number in
                number.allSatisfy { $0.isASCII && $0.isNumber } && UInt8(number) != nil
            }
    }

    private static func parts(of text: String) throws(SettingFault) -> [Part] {
        var parts: [Part] = []
        var rest = text[...]
        while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            if open > rest.startIndex { parts.append(.literal(Array(rest[..<open].utf8))) }
            guard let close = rest[open...].firstIndex(of: "}") else {
                throw fault("has a { without its }")
            }
            switch rest[open...close] {
            case "{member_id}": parts.append(.memberID)
            case "{token}": parts.append(.token)
            case "{account}": parts.append(.account)
            default: throw fault("may hold the placeholders {member_id}, {token} and {account} only")
            }
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { parts.append(.literal(Array(rest.utf8))) }
        return parts
    }
}

extension [UInt8] {
    /// Appends `bytes` with everything but RFC 3986's unreserved characters percent-encoded.
    fileprivate mutating func appendPercentEncoded(_ bytes: some Sequence<UInt8>) {
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                append(byte)
            default:
                append(UInt8(ascii: "%"))
                append(digits[Int(byte >> 4)])
                append(digits[Int(byte & 15)])
            }
        }
    }
}
