import Glibc
import SystemCalls
import Testing

@testable import Loyalty

@Suite struct TokenFileTests {
    /// A directory of files, whose token is read.
    private struct Files {
        let directory: TemporaryDirectory

        init() throws { directory = try TemporaryDirectory(named: "scanbridge-loyalty") }

        func path(_ name: String) -> String { "\(directory.path)/\(name)" }

        func write(_ text: String, to name: String, mode: mode_t = 0o600) throws {
            try directory.write(text, to: name)
            try systemCall("chmod") { chmod(path(name), mode) }
        }

        /// The token and the name of its file, or the reason against it and the name of the file to be mended.
        func read(_ name: String, credentials: Bool = false, owners: Set<uid_t> = [geteuid()]) -> String {
            let file = TokenFile(
                path: path(name), credentials: credentials ? directory.path : nil, owners: owners)
            do {
                let found = try file.read()
                return "\(String(decoding: found.token, as: UTF8.self)) \(relative(found.path))"
            } catch {
                return "\(error.reason) \(relative(error.path))"
            }
        }

        private func relative(_ path: String) -> Substring { path.dropFirst(directory.path.utf8.count + 1) }
    }

    @Test(arguments: [
        ("12|abc", "12|abc"), ("  12|abc\r\n\n", "12|abc"), ("a b", "a b"), ("", "empty"), (" \n", "empty"),
        ("a\nb", "notAToken"), ("a\u{0}b", "notAToken"), ("a\u{7F}", "notAToken"),
        (String(repeating: "x", count: 4096), String(repeating: "x", count: 4096)),
        (String(repeating: "x", count: 4097), "notAToken"),
    ])
    func contents(_ text: String, _ token: String) throws {
        let files = try Files()
        try files.write(text, to: "t")
        #expect(files.read("t") == "\(token) t")
    }

    @Test func credentialsComeFirst() throws {
        let files = try Files()
        #expect(files.read("file", credentials: true) == "missing file")
        try files.write("from the file", to: "file")
        #expect(files.read("file", credentials: true) == "from the file file")
        try files.write("copied", to: "token")
        #expect(files.read("file", credentials: true) == "copied token")
        try files.write("decrypted", to: "scanbridge.token")
        #expect(files.read("file", credentials: true) == "decrypted scanbridge.token")
        // Outside of the unit nobody looks at them.
        #expect(files.read("file") == "from the file file")
    }

    @Test func anEmptyCopyStandsForNone() throws {
        let files = try Files()
        try files.write("from the file", to: "file")
        try files.write("\n", to: "token")
        #expect(files.read("file", credentials: true) == "from the file file")
    }

    /// A credential that is there but cannot be used is a fault, not a reason to use another token.
    @Test func aCredentialThatCannotBeUsedIsAFault() throws {
        let files = try Files()
        try files.write("from the file", to: "file")
        try files.write("a\nb", to: "token")
        #expect(files.read("file", credentials: true) == "notAToken token")
        try files.write("", to: "scanbridge.token")
        #expect(files.read("file", credentials: true) == "empty scanbridge.token")
    }

    @Test(arguments: [0o644, 0o640, 0o604, 0o620, 0o602, 0o610, 0o660, 0o666, 0o777] as [mode_t])
    func aFileThatOthersCanReadIsRefused(mode: mode_t) throws {
        let files = try Files()
        try files.write("12|abc", to: "file", mode: mode)
        #expect(files.read("file") == "openToOthers(mode: \(mode)) file")
        // So is its copy, which systemd has made; a token that systemd has decrypted has nothing to do with it.
        try files.write("12|abc", to: "token", mode: 0o400)
        #expect(files.read("file", credentials: true) == "openToOthers(mode: \(mode)) file")
        try files.write("decrypted", to: "scanbridge.token", mode: 0o440)
        #expect(files.read("file", credentials: true) == "decrypted scanbridge.token")
    }

    @Test(arguments: [0o600, 0o400, 0o700] as [mode_t])
    func aFileOfItsOwnersAloneIsTaken(mode: mode_t) throws {
        let files = try Files()
        try files.write("12|abc", to: "file", mode: mode)
        #expect(files.read("file") == "12|abc file")
    }

    /// A credential's mode shows the mask of its access list, and is systemd's matter.
    @Test func aCredentialsOwnModeDoesNotCount() throws {
        let files = try Files()
        try files.write("copied", to: "token", mode: 0o440)
        #expect(files.read("file", credentials: true) == "copied token")
    }

    @Test func aStrangersFileIsRefused() throws {
        let files = try Files()
        try files.write("12|abc", to: "file")
        #expect(files.read("file", owners: [4_000_000]) == "foreign(owner: \(geteuid())) file")
        try files.write("12|abc", to: "token")
        #expect(files.read("file", credentials: true, owners: [4_000_000]) == "foreign(owner: \(geteuid())) file")
        #expect(TokenFile.defaultOwners.isSuperset(of: [0, geteuid()]))
    }

    @Test func whatTheLinkLeadsToCounts() throws {
        let files = try Files()
        try files.write("12|abc", to: "real", mode: 0o644)
        try systemCall("symlink") { symlink(files.path("real"), files.path("link")) }
        #expect(files.read("link") == "openToOthers(mode: 420) link")
    }

    @Test func whatIsNoFileNeitherBlocksNorServes() throws {
        let files = try Files()
        try systemCall("mkfifo") { mkfifo(files.path("pipe"), 0o600) }
        #expect(files.read("pipe") == "notAFile pipe")
        #expect(files.read(".") == "notAFile .")
        #expect(files.read("pipe/token").hasPrefix("missing"))
    }

    @Test func eachFaultSaysWhatToDoAndNothingOfTheToken() throws {
        let reasons: [TokenFault.Reason] = [
            .missing, .unreadable(SystemError(call: "open", errno: EACCES)), .notAFile, .empty, .notAToken,
            .openToOthers(mode: 0o644), .foreign(owner: 1000),
        ]
        for reason in reasons {
            let fault = TokenFault(path: "/etc/scanbridge/token", reason: reason)
            #expect(fault.description.hasPrefix("/etc/scanbridge/token") && fault.description.contains("sudo "))
        }
        let open = TokenFault(path: "/t", reason: .openToOthers(mode: 0o644))
        #expect(open.description.contains("mode 0644") && open.description.contains("chmod 600 /t"))
        #expect(open.detail == .tokenReadable && open.detail.rawValue == "token_readable")
        #expect(TokenFault(path: "/t", reason: .foreign(owner: 1)).detail == .tokenOwner)
    }
}
