import SystemCalls

/// A time for which the provider has asked to be sent nothing, as it is kept over a restart.
public struct EndpointSilence: Equatable, Sendable {
    /// Who has asked: a digest of the address with its token. Another one has not.
    public var endpoint: String
    /// With what kind of answer: a ``Postponement``'s detail.
    public var detail: String
    public var askedAt: WallTime
    public var until: WallTime

    public init(endpoint: String, detail: String, askedAt: WallTime, until: WallTime) {
        self.endpoint = endpoint
        self.detail = detail
        self.askedAt = askedAt
        self.until = until
    }

    /// - Parameter address: The whole address that purchases are posted to; it cannot be found again in what is returned.
    public static func endpoint(_ address: [UInt8]) -> String {
        String(SHA256.hexadecimal(SHA256.digest(of: address)).prefix(16))
    }

    /// What is left of it for this endpoint; nil if nothing is. A clock that was set back makes it no longer than what was asked for.
    public func millisecondsLeft(for endpoint: String, now: WallTime) -> Int? {
        let begin = max(now.microseconds, askedAt.microseconds)
        guard endpoint == self.endpoint, until.microseconds > begin else { return nil }
        // Unsigned, so that no two times are too far apart.
        let left = UInt64(bitPattern: until.microseconds &- begin)
        return Int(min((left - 1) / 1000 + 1, UInt64(Postponement.longestMilliseconds)))
    }
}
