import CLinux
import Glibc
import SystemCalls

extension SocketSettings {
    /// In what a listening socket that somebody else has made, for example systemd, is not what is set here: lines for the log. It is
    /// used as it is.
    public func differences(from socket: borrowing Descriptor) -> [String] {
        let advice = "the socket was handed over, so scanbridge.socket decides: systemctl edit scanbridge.socket"
        guard let path = UnixSocket.path(of: socket) else { return [] }
        var found: [String] = []
        if path != self.path { found.append("[socket] path is not \(path); \(advice)") }
        var status = stat()
        guard stat(path, &status) == 0 else { return found }
        if status.st_mode & 0o777 != mode { found.append("[socket] mode is not \(path)'s; \(advice)") }
        if !group.isEmpty, let entry = getgrnam(group), entry.pointee.gr_gid != status.st_gid {
            found.append("[socket] group is not \(path)'s; \(advice)")
        }
        return found
    }
}
