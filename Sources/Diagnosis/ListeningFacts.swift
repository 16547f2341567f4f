import Glibc

/// Who may listen: the socket's group, and whether those who ask are in it.
public struct ListeningFacts: Equatable, Sendable {
    /// By name.
    public var group: String
    /// nil if the user database has no such group.
    public var number: gid_t?
    /// The group that the socket has; nil if it is not there.
    public var socketGroup: gid_t?
    public var caller: UserIdentity
    /// Who became root by sudo, if that is how the caller did.
    public var person: UserIdentity?

    public init(group: String, number: gid_t?, socketGroup: gid_t?, caller: UserIdentity, person: UserIdentity?) {
        self.socketGroup = socketGroup
        self.group = group
        self.number = number
        self.caller = caller
        self.person = person
    }

    public var finding: Finding {
        guard let number else {
            return Finding(
                .fault(.unavailable), "group",
                "there is no group \(group), so only root can listen: sudo groupadd --system \(group), then \(Remedy.reloadAndTrigger)"
            )
        }
        if let socketGroup, socketGroup != number {
            return Finding(
                .fault(.unavailable), "group",
                "the socket has group \(UserGroup.name(socketGroup)) and not \(group), whose users may listen: sudo systemctl restart "
                    + "scanbridge.socket scanbridge.service")
        }
        switch GroupMembership(of: caller, in: number) {
        case .root: return finding(of: person, number)
        case .member: return Finding(.good, "group", "\(caller.name) is in group \(group) and may listen")
        case .atNextLogin:
            return Finding(
                .fault(.permission), "group",
                "\(caller.name) is in group \(group), but this session is older than that: log out and in again (at once, in this "
                    + "terminal: newgrp \(group))")
        case .outsider:
            return Finding(
                .fault(.permission), "group",
                "\(caller.name) is not in group \(group) and may not listen: sudo usermod -aG \(group) \(caller.name), then log in again"
            )
        }
    }

    /// Root may do all; the person behind it listens as themselves.
    private func finding(of person: UserIdentity?, _ number: gid_t) -> Finding {
        guard let person, GroupMembership(of: person, in: number) == .outsider else {
            return Finding(
                .good, "group",
                "root may listen\(person.map { ", and so may \($0.name)" } ?? ""), and whoever is in group \(group)")
        }
        return Finding(
            .warning, "group",
            "\(person.name) is not in group \(group); if it is to listen: sudo usermod -aG \(group) \(person.name), then log in again"
        )
    }
}
