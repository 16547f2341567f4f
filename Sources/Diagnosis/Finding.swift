/// What was found about one subject, in words for a person, with the command that mends it.
public struct Finding: Equatable, Sendable {
    public enum Level: Equatable, Sendable {
        case good
        /// It works as it stands, and is most likely not meant so.
        case warning
        case fault(Kind)
        /// Whoever runs the check may not look at it.
        case unseen
    }

    /// What a fault is about, for the exit status.
    public enum Kind: Equatable, Sendable {
        case unavailable, permission, configuration
    }

    public var level: Level
    public var subject: String
    public var message: String

    public init(_ level: Level, _ subject: String, _ message: String) {
        self.level = level
        self.subject = subject
        self.message = message
    }
}

/// Commands that mend more than one thing.
public enum Remedy {
    /// Has udev apply its rules to what is plugged in.
    public static let trigger = "sudo udevadm trigger --subsystem-match=input --action=change"
    /// The same after rules have changed.
    public static let reloadAndTrigger = "sudo udevadm control --reload && \(trigger)"
}
