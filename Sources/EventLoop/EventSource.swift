import CLinux

/// What a descriptor is ready for.
public struct Readiness: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let readable = Readiness(rawValue: EPOLLIN.rawValue)
    public static let writable = Readiness(rawValue: EPOLLOUT.rawValue)
    /// Both directions are closed, or the device is gone.
    public static let hungUp = Readiness(rawValue: EPOLLHUP.rawValue)
    public static let failed = Readiness(rawValue: EPOLLERR.rawValue)
}

/// Something that owns a descriptor and acts when it is ready. Called on the loop's thread only.
public protocol EventSource: AnyObject {
    /// The descriptor is ready. `hungUp` and `failed` are told whether they were asked for or not.
    func ready(_ readiness: Readiness)
}

/// Which of the sources that are ready together goes first.
public enum Priority: Sendable {
    /// A scanner's keys: the kernel's buffer holds but a few.
    case keys
    case normal
}
