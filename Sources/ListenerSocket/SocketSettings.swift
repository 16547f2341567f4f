import Glibc

/// Where listeners connect and who may: the configuration's `[socket]`.
public struct SocketSettings: Equatable, Sendable {
    /// The socket's file, at most 107 bytes.
    public var path: String
    /// The group that the socket is given to; empty to leave it as it is.
    public var group: String
    /// The socket's permissions.
    public var mode: mode_t

    public init(path: String = "/run/scanbridge/scanbridge.sock", group: String = "scanbridge", mode: mode_t = 0o660) {
        self.path = path
        self.group = group
        self.mode = mode
    }
}
