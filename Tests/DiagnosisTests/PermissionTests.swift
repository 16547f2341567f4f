import Glibc
import SystemCalls
import Testing

@testable import Diagnosis

@Suite struct PermissionTests {
    private static func user(_ uid: uid_t, _ groups: Set<gid_t>, atNextLogin: Set<gid_t>? = nil) -> UserIdentity {
        UserIdentity(uid: uid, name: "anna", groups: groups, groupsInDatabase: atNextLogin ?? groups)
    }

    @Test func membership() {
        #expect(GroupMembership(of: Self.user(0, []), in: 7) == .root)
        #expect(GroupMembership(of: Self.user(1000, [7]), in: 7) == .member)
        #expect(GroupMembership(of: Self.user(1000, [1], atNextLogin: [1, 7]), in: 7) == .atNextLogin)
        #expect(GroupMembership(of: Self.user(1000, [1]), in: 7) == .outsider)
        // What the session has counts, whatever the database says by now.
        #expect(GroupMembership(of: Self.user(1000, [7], atNextLogin: []), in: 7) == .member)
    }

    private static func listening(
        _ caller: UserIdentity, number: gid_t? = 7, socketGroup: gid_t? = nil, person: UserIdentity? = nil
    ) -> Finding {
        ListeningFacts(group: "scan", number: number, socketGroup: socketGroup, caller: caller, person: person).finding
    }

    @Test func whoMayListen() {
        #expect(Self.listening(Self.user(1000, [7])).level == .good)
        let outsider = Self.listening(Self.user(1000, [1]))
        #expect(outsider.level == .fault(.permission) && outsider.message.contains("sudo usermod -aG scan anna"))
        let later = Self.listening(Self.user(1000, [1], atNextLogin: [7]))
        #expect(
            later.level == .fault(.permission) && later.message.contains("log out")
                && !later.message.contains("usermod"))
        let none = Self.listening(Self.user(0, []), number: nil)
        #expect(none.level == .fault(.unavailable) && none.message.contains("groupadd --system scan"))
    }

    @Test func rootAsksForThePersonBehindIt() {
        #expect(Self.listening(Self.user(0, [])).level == .good)
        #expect(Self.listening(Self.user(0, []), person: Self.user(1000, [7])).level == .good)
        let finding = Self.listening(Self.user(0, []), person: Self.user(1000, [1]))
        #expect(finding.level == .warning && finding.message.contains("usermod -aG scan anna"))
    }

    @Test func aSocketWithAnotherGroupIsTold() {
        #expect(Self.listening(Self.user(1000, [7]), socketGroup: 7).level == .good)
        let finding = Self.listening(Self.user(1000, [7]), socketGroup: 4_000_000)
        #expect(finding.level == .fault(.unavailable) && finding.message.contains("4000000"))
    }

    /// The first of owner, group and others that fits decides, as in the kernel.
    @Test(
        arguments: [
            (1000, 50, 0o400, 4, true), (1000, 50, 0o044, 4, false), (1001, 7, 0o040, 4, true),
            (1001, 7, 0o404, 4, false),
            (1001, 50, 0o004, 4, true), (1001, 50, 0o640, 4, false), (1001, 7, 0o640, 2, false),
            (1000, 7, 0o640, 6, true),
            (0, 50, 0o000, 6, true),
        ] as [(uid_t, gid_t, mode_t, mode_t, Bool)])
    func access(uid: uid_t, group: gid_t, mode: mode_t, wanted: mode_t, isLet: Bool) {
        let file = FileAccess(owner: 1000, group: 7, mode: mode)
        #expect(file.lets(Self.user(uid, [group]), wanted) == isLet)
    }

    @Test func theKernelsWordIsRead() throws {
        let directory = try TemporaryDirectory(named: "scanbridge-diagnosis")
        try directory.write("", to: "f")
        try systemCall("chmod") { chmod("\(directory.path)/f", 0o640) }
        let file = try FileAccess(path: "\(directory.path)/f")
        #expect(file.owner == geteuid() && file.mode == 0o640 && file.text.hasPrefix("0640 "))
        #expect(throws: SystemError.self) { try FileAccess(path: "\(directory.path)/none") }
    }

    @Test func usersAreRead() throws {
        let caller = UserIdentity.current()
        #expect(caller.uid == geteuid() && caller.groups.contains(getegid()))
        let root = try #require(UserIdentity.named("root"))
        #expect(root.isRoot && root.groups.contains(0))
        #expect(UserIdentity.named("no-such-user-here") == nil)
        #expect(
            UserGroup.number("root") == 0 && UserGroup.name(0) == "root" && UserGroup.number("no-such-group") == nil)
    }
}
