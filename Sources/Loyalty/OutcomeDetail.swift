/// Why a lookup ended as it did: a short stable code, made of what this program knows and never of what was sent to it.
public struct OutcomeDetail: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    public var description: String { rawValue }

    // MARK: The endpoint's answer

    /// `http_401` and the like: the answer's status says it all.
    public static func http(_ status: Int) -> OutcomeDetail { OutcomeDetail(rawValue: "http_\(status)") }
    /// The endpoint sends the client elsewhere, which would carry the token there. Often a wrong token or address.
    public static let redirect = OutcomeDetail(rawValue: "redirect")
    /// Status 200 with something else than a JSON object, for example a web page.
    public static let notJSON = OutcomeDetail(rawValue: "not_json")
    /// A JSON object without a member id where one is looked for.
    public static let noMemberID = OutcomeDetail(rawValue: "no_member_id")
    /// Status 200 with more than the transport takes.
    public static let answerTooLarge = OutcomeDetail(rawValue: "answer_too_large")
    /// What answers does not speak HTTP.
    public static let notHTTP = OutcomeDetail(rawValue: "not_http")

    // MARK: No answer

    public static let timeout = OutcomeDetail(rawValue: "timeout")
    /// The host's name cannot be resolved.
    public static let dns = OutcomeDetail(rawValue: "dns")
    /// Nobody listens at the endpoint's port.
    public static let refused = OutcomeDetail(rawValue: "refused")
    /// No connection for another reason: no route, no network.
    public static let unreachable = OutcomeDetail(rawValue: "unreachable")
    public static let connectionLost = OutcomeDetail(rawValue: "connection_lost")
    /// The TLS handshake failed before a certificate was judged.
    public static let tls = OutcomeDetail(rawValue: "tls")
    /// The certificate is expired, for another host, or signed by nobody who is trusted.
    public static let certificate = OutcomeDetail(rawValue: "tls_certificate")

    // MARK: This side

    /// The scanned text cannot be a member id.
    public static let badID = OutcomeDetail(rawValue: "bad_id")
    /// The token file is missing, unreadable, empty, too long or holds control characters.
    public static let noToken = OutcomeDetail(rawValue: "no_token")
    /// The file of certificates to trust cannot be used.
    public static let caFile = OutcomeDetail(rawValue: "ca_file")
    /// Too many lookups are under way.
    public static let busy = OutcomeDetail(rawValue: "busy")
    /// The endpoint asked for a pause that is not over.
    public static let paused = OutcomeDetail(rawValue: "retry_after")
    /// The service is going down.
    public static let stopped = OutcomeDetail(rawValue: "stopped")
    /// A fault of the HTTP library that has no code of its own here.
    public static func library(_ number: Int) -> OutcomeDetail { OutcomeDetail(rawValue: "curl_\(number)") }
}
