import Glibc

/// Whether a user is in a group, now and after the next login.
public enum GroupMembership: Equatable, Sendable {
    /// Groups do not keep root out.
    case root
    case member
    /// The user database says so, and this session began before it did.
    case atNextLogin
    case outsider

    public init(of user: UserIdentity, in group: gid_t) {
        if user.isRoot {
            self = .root
        } else if user.groups.contains(group) {
            self = .member
        } else {
            self = user.groupsInDatabase.contains(group) ? .atNextLogin : .outsider
        }
    }
}

/// Groups by name and number.
public enum UserGroup {
    public static func number(_ name: String) -> gid_t? { getgrnam(name)?.pointee.gr_gid }

    public static func name(_ number: gid_t) -> String {
        getgrgid(number).map { String(cString: $0.pointee.gr_name) } ?? "\(number)"
    }
}
