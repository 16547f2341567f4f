import Glibc

/// A directory of this run's own, with mode 0700, removed with the files in it when the last reference goes.
public final class TemporaryDirectory: Sendable {
    public let path: String

    /// Makes `NAME-XXXXXX` in `$TMPDIR`, else in `/tmp`.
    public init(named name: String) throws(SystemError) {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? ""
        var template = Array("\(parent.isEmpty ? "/tmp" : parent)/\(name)-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError(call: "mkdtemp", errno: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    // A directory in it goes if it is empty; nobody fills any.
    deinit {
        for name in (try? directoryNames(path)) ?? [] { remove("\(path)/\(name)") }
        rmdir(path)
    }

    /// Puts a file there, whole at once.
    ///
    /// - Parameter mode: Its rights, whatever the umask; without it only this user can read it.
    public func write(_ text: String, to name: String, mode: mode_t = 0o600) throws(SystemError) {
        let draft = try Descriptor.open("\(path)/.\(name)", O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
        let number = draft.number
        try systemCall("fchmod") { fchmod(number, mode) }
        try draft.writeAll(Array(text.utf8))
        try systemCall("rename") { rename("\(path)/.\(name)", "\(path)/\(name)") }
    }
}
