/// Why a lookup ended as it did: a short stable code, made of what this program knows and never of what was sent to it.
public enum OutcomeDetail: Hashable, Sendable {
    // MARK: The endpoint's answer

    /// `http_401` and the like: the answer's status says it all.
    case http(Int)
    /// The endpoint sends the client elsewhere, which would carry the token there. Often a wrong token or address.
    case redirect
    /// Status 200 with something else than a JSON object, for example a web page.
    case notJSON
    /// A JSON object without a member id where one is looked for.
    case noMemberID
    /// Status 200 with more than the transport takes.
    case answerTooLarge
    /// What answers does not speak HTTP.
    case notHTTP

    // MARK: No answer

    case timeout
    /// The host's name cannot be resolved.
    case dns
    /// Nobody listens at the endpoint's port.
    case refused
    /// No connection for another reason: no route, no network.
    case unreachable
    case connectionLost
    /// The TLS handshake failed before a certificate was judged.
    case tls
    /// The certificate is expired, for another host, or signed by nobody who is trusted.
    case certificate

    // MARK: This side

    /// The scanned text cannot be a member id.
    case badID
    /// The token file is missing, unreadable, empty, too long or holds control characters.
    case noToken
    /// The token file's mode lets others than its owner read or write it.
    case tokenReadable
    /// The token file belongs to a user who is neither root nor the service's.
    case tokenOwner
    /// The file of certificates to trust cannot be used.
    case caFile
    /// Too many lookups are under way.
    case busy
    /// The endpoint asked for a pause that is not over.
    case paused
    /// The service is going down.
    case stopped
    /// A fault of the HTTP library that has no code of its own here.
    case library(Int)

    /// Those without a number.
    public static let plain: [OutcomeDetail] = [
        .redirect, .notJSON, .noMemberID, .answerTooLarge, .notHTTP, .timeout, .dns, .refused, .unreachable,
        .connectionLost, .tls, .certificate, .badID, .noToken, .tokenReadable, .tokenOwner, .caFile, .busy, .paused,
        .stopped,
    ]
}

extension OutcomeDetail: RawRepresentable, CustomStringConvertible {
    public init?(rawValue: String) {
        if let detail = Self.plain.first(where: { $0.rawValue == rawValue }) {
            self = detail
        } else if rawValue.hasPrefix("http_"), let status = Int(rawValue.dropFirst(5)) {
            self = .http(status)
        } else if rawValue.hasPrefix("curl_"), let number = Int(rawValue.dropFirst(5)) {
            self = .library(number)
        } else {
            return nil
        }
    }

    public var rawValue: String {
        switch self {
        case .http(let status): "http_\(status)"
        case .redirect: "redirect"
        case .notJSON: "not_json"
        case .noMemberID: "no_member_id"
        case .answerTooLarge: "answer_too_large"
        case .notHTTP: "not_http"
        case .timeout: "timeout"
        case .dns: "dns"
        case .refused: "refused"
        case .unreachable: "unreachable"
        case .connectionLost: "connection_lost"
        case .tls: "tls"
        case .certificate: "tls_certificate"
        case .badID: "bad_id"
        case .noToken: "no_token"
        case .tokenReadable: "token_readable"
        case .tokenOwner: "token_owner"
        case .caFile: "ca_file"
        case .busy: "busy"
        case .paused: "retry_after"
        case .stopped: "stopped"
        case .library(let number): "curl_\(number)"
        }
    }

    public var description: String { rawValue }
}
