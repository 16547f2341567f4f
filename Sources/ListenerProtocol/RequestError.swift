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
    }

    public var code: Code
    /// What is wrong and what to do, in English, with nothing in it that the other side sent.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
