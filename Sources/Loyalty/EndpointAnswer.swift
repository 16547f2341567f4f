/// What the transport got from the endpoint, before anybody asks what it means.
struct EndpointAnswer: Equatable, Sendable {
    /// The status of the final response.
    var status: Int
    var body: [UInt8]
    /// Whether the transport stopped reading because the body, or the headers, went over its limits.
    var isTooLarge: Bool
    /// `Retry-After` in seconds from now, as a number or as a date; nil without one.
    var retryAfterSeconds: Int?
    /// By how many seconds the endpoint's clock (`Date`) is ahead of this one; nil if it does not say.
    var clockAheadSeconds: Int?

    init(
        status: Int, body: [UInt8] = [], isTooLarge: Bool = false, retryAfterSeconds: Int? = nil,
        clockAheadSeconds: Int? = nil
    ) {
        self.status = status
        self.body = body
        self.isTooLarge = isTooLarge
        self.retryAfterSeconds = retryAfterSeconds
        self.clockAheadSeconds = clockAheadSeconds
    }
}
