/// A setting that cannot be used.
public struct SettingFault: Error, Equatable, Sendable, CustomStringConvertible {
    /// The configuration's key, for example `endpoint.member_url`.
    public let key: String
    /// What is wrong and what is allowed, going on from the key's name: "must be …". It repeats no part of a value, for that may
    /// be a secret.
    public let message: String

    public init(key: String, message: String) {
        self.key = key
        self.message = message
    }

    /// In the configuration's words: `[endpoint] member_url must …`.
    public var description: String {
        let names = key.split(separator: ".", maxSplits: 1)
        guard names.count == 2 else { return "\(key) \(message)" }
        return "[\(names[0])] \(names[1]) \(message)"
    }
}
