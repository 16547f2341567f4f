import Glibc

/// A user as permissions are judged by: the kernel's groups of this process, or what the user database says of somebody else.
public struct UserIdentity: Equatable, Sendable {
    public var uid: uid_t
    public var name: String
    /// The groups that count now.
    public var groups: Set<gid_t>
    /// Those that the user database gives at the next login.
    public var groupsInDatabase: Set<gid_t>

    public var isRoot: Bool { uid == 0 }

    public init(uid: uid_t, name: String, groups: Set<gid_t>, groupsInDatabase: Set<gid_t>) {
        self.uid = uid
        self.name = name
        self.groups = groups
        self.groupsInDatabase = groupsInDatabase
    }

    /// Whoever runs this process.
    public static func current() -> UserIdentity {
        var groups = [gid_t](repeating: 0, count: 65_536)
        let count = getgroups(Int32(groups.count), &groups)
        let name = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) }
        return UserIdentity(
            uid: geteuid(), name: name ?? "\(geteuid())",
            groups: Set(groups.prefix(Int(max(0, count)))).union([getegid()]),
            groupsInDatabase: name.flatMap { named($0)?.groupsInDatabase } ?? [])
    }

    /// A user by name; nil if the user database has none.
    public static func named(_ name: String) -> UserIdentity? {
        guard let entry = getpwnam(name) else { return nil }
        let (uid, primary) = (entry.pointee.pw_uid, entry.pointee.pw_gid)
        var groups = [gid_t](repeating: 0, count: 1024)
        var count = Int32(groups.count)
        let result = getgrouplist(name, primary, &groups, &count)
        let all = Set(groups.prefix(result < 0 ? 0 : Int(count))).union([primary])
        return UserIdentity(uid: uid, name: name, groups: all, groupsInDatabase: all)
    }
}
