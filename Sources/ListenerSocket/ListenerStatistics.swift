import Glibc

/// Who is at the other end of a connection, as the kernel noted it at connect.
public struct PeerCredentials: Equatable, Sendable {
    public var pid: pid_t
    public var uid: uid_t
    public var gid: gid_t
}

/// What the server holds, for `scanbridge status`.
public struct ListenerStatistics: Equatable, Sendable {
    public struct Listener: Equatable, Sendable {
        public var peer: PeerCredentials
        public var isSubscribed: Bool
        public var queuedLines: Int
        public var queuedBytes: Int
    }

    /// In the order in which they came.
    public var listeners: [Listener] = []
    /// Since the start: connections taken, connections refused, listeners cut off because they did not read.
    public var accepted: UInt64 = 0
    public var refused: UInt64 = 0
    public var cutOff: UInt64 = 0
    /// The newest event's number.
    public var seq: UInt64 = 0
}
