/// What is wrong with a configuration: where, and what to write instead.
///
/// A message names keys and what is allowed, and never repeats a value: a token pasted into the wrong line must not reach a log.
public struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kind of fault, a stable word for programs.
    public enum Code: String, CaseIterable, Sendable {
        /// The file is not there.
        case notFound = "not_found"
        /// The file cannot be read.
        case unreadable
        /// The file is longer than ``Configuration/maximumLength``.
        case tooLarge = "too_large"
        /// The file is not UTF-8.
        case notUTF8 = "not_utf8"
        /// The text is not TOML, or defines something twice.
        case syntax
        case unknownKey = "unknown_key"
        case wrongType = "wrong_type"
        case badValue = "bad_value"
        case missingKey = "missing_key"
    }

    /// The file as the caller named it.
    public let file: String
    /// The line that the fault stands in, from 1; nil if the fault is with the whole file.
    public let line: Int?
    public let code: Code
    /// One line: which key, what is wrong with it, what is allowed.
    public let message: String

    public init(file: String, line: Int?, code: Code, message: String) {
        self.file = file
        self.line = line
        self.code = code
        self.message = message
    }

    /// `FILE:LINE: message`, or `FILE: message` without a line.
    public var description: String {
        guard let line else { return "\(file): \(message)" }
        return "\(file):\(line): \(message)"
    }
}
