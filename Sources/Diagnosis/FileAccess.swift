import CLinux
import Glibc
import SystemCalls

/// A file's owner, group and mode, and what they let somebody do. Access lists are not looked at.
public struct FileAccess: Equatable, Sendable {
    public var owner: uid_t
    public var group: gid_t
    /// The nine bits of permissions.
    public var mode: mode_t

    public init(owner: uid_t, group: gid_t, mode: mode_t) {
        self.owner = owner
        self.group = group
        self.mode = mode & 0o777
    }

    public init(path: String) throws(SystemError) {
        var status = stat()
        try systemCall("stat") { stat(path, &status) }
        self.init(owner: status.st_uid, group: status.st_gid, mode: status.st_mode)
    }

    /// Whether `user` may do all of what `wanted` says: 4 to read, 2 to write. The first of owner, group and others that fits decides.
    public func lets(_ user: UserIdentity, _ wanted: mode_t) -> Bool {
        if user.isRoot { return true }
        let bits =
            if user.uid == owner { mode >> 6 } else if user.groups.contains(group) { mode >> 3 } else { mode }
        return bits & wanted == wanted
    }

    /// As `ls -l` has it, in short: `0640 root:scanbridge`.
    public var text: String {
        let owner = getpwuid(owner).map { String(cString: $0.pointee.pw_name) } ?? "\(owner)"
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: 4 - digits.utf8.count) + "\(digits) \(owner):\(UserGroup.name(group))"
    }
}
