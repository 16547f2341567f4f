/// A setting that cannot be used.
public struct SettingFault: Error, Equatable, Sendable, CustomStringConvertible {
    /// The configuration's key, for example `endpoint.member_url`.
    public let key: String
    /// What is wrong and what is allowed. It repeats no part of an address, for that may hold secrets.
    public let message: String

    public init(key: String, message: String) {
        self.key = key
        self.message = message
    }

    public var description: String { "\(key): \(message)" }
}
