import CCrypto
import LocalHTTP
import TextChecks

/// What the till asks for, read out of a request's head. Knows no I/O.
///
/// The addresses are the provider's own with another host: `/agora/member/{member_id}` and `/agora/invoices`, with the local token as `_token`.
/// Other parameters, such as `ow_account`, are passed over.
enum TillRequest: Equatable {
    case member(String)
    case invoice

    static let memberPath = "/agora/member/"
    static let invoicePath = "/agora/invoices"

    /// - Throws: The response that refuses it. What is wrong with the token comes first, so that nobody without it learns anything else.
    init(_ head: HTTPHead, token: [UInt8]) throws(Refusal) {
        guard Self.hasToken(head.rawQuery, token) else {
            throw Refusal(
                401, "wrong_token", "The URL must carry the till's token as _token: see token_file in [till].")
        }
        try self.init(admitted: head)
    }

    /// What a request asks for whose token was found to be right.
    init(admitted head: HTTPHead) throws(Refusal) {
        if head.path == Self.invoicePath {
            guard head.method == "POST" else { throw Refusal.wrongMethod("POST") }
            self = .invoice
        } else if head.path.hasPrefix(Self.memberPath) {
            guard head.method == "GET" else { throw Refusal.wrongMethod("GET") }
            let id = Self.decoded(head.path.utf8.dropFirst(Self.memberPath.utf8.count), plusIsSpace: false)
            guard let id, let text = String(validating: id, as: UTF8.self), text.canBeMemberID else {
                throw Refusal(400, "bad_id", "What stands behind /agora/member/ cannot be a member's id.")
            }
            self = .member(text)
        } else {
            throw Refusal(404, "no_such_path", "There are /agora/member/{member_id} and /agora/invoices.")
        }
    }

    /// A response that refuses a request.
    struct Refusal: Error, Equatable {
        let status: Int
        let code: String
        let message: String
        var allow: String?

        init(_ status: Int, _ code: String, _ message: String) {
            self.status = status
            self.code = code
            self.message = message
        }

        static func wrongMethod(_ allowed: String) -> Refusal {
            var refusal = Refusal(405, "wrong_method", "This address takes \(allowed) only.")
            refusal.allow = allowed
            return refusal
        }
    }

    // MARK: The URL's parts

    /// Whether `_token` is there once, and right. The comparison takes as long for any wrong token of the right length.
    private static func hasToken(_ query: String?, _ token: [UInt8]) -> Bool {
        let name = Array("_token=".utf8)
        let values = (query ?? "").utf8.split(separator: UInt8(ascii: "&")).filter { $0.starts(with: name) }
        guard values.count == 1, let given = decoded(values[0].dropFirst(name.count), plusIsSpace: true) else {
            return false
        }
        return !token.isEmpty && given.count == token.count && CRYPTO_memcmp(given, token, token.count) == 0
    }

    /// Bytes without percent-encoding; nil if it is broken.
    private static func decoded(_ text: some Sequence<UInt8>, plusIsSpace: Bool) -> [UInt8]? {
        var bytes: [UInt8] = []
        var text = text.makeIterator()
        while let byte = text.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = text.next(), let low = text.next(), high.isHexDigit, low.isHexDigit,
                    let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
                else { return nil }
                bytes.append(value)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        return bytes
    }
}
