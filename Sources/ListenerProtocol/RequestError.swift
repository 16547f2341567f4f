/// Why a request was not carried out, as the listener is told.
public struct RequestError: Error, Equatable, Sendable {
    /// The codes on the wire; stable, and added to only.
    public enum Code: String, CaseIterable, Sendable {
        case badJSON = "bad_json"
        case badRequest = "bad_request"
        case unknownMethod = "unknown_method"
        case lineTooLong = "line_too_long"
        case tooManyRequests = "too_many_requests"
        case tooManyListeners = "too_many_listeners"
        case stopping
        case notStarted = "not_started"
        /// There is no provider that a purchase could go to.
        case notConfigured = "not_configured"
        /// The purchase could be neither stored nor handed to the provider: it is nowhere.
        case notStored = "not_stored"
        /// There is no such purchase, or none that this can be done to now.
        case notFound = "not_found"
        /// Only root and the service's own user may.
        case notPermitted = "not_permitted"
        /// The outbox does not answer; the message says why.
        case outboxFailed = "outbox_failed"
    }

    public var code: Code
    /// What is wrong and what to do, in English, with nothing in it that the other side sent.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
