import Glibc
import SystemCalls

/// A directory of a test's own, which goes with all that is in it, directories too.
public final class Room: Sendable {
    private let directory: TemporaryDirectory
    public var path: String { directory.path }

    public init() throws(SystemError) { directory = try TemporaryDirectory(named: "scanbridge-test") }

    deinit { empty() }

    /// Puts a file there, whole at once.
    public func write(_ text: String, to name: String, mode: mode_t = 0o600) throws(SystemError) {
        try directory.write(text, to: name, mode: mode)
    }

    /// Puts a file there, or writes over one that is open elsewhere.
    public func write(_ bytes: [UInt8], to name: String) throws(SystemError) {
        try Descriptor.open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600).writeAll(bytes)
    }

    public func read(_ name: String) throws(SystemError) -> [UInt8] {
        try Descriptor.open("\(path)/\(name)", O_RDONLY).readAll(atMost: 1 << 28)
    }

    public func makeDirectory(_ name: String) throws(SystemError) {
        try systemCall("mkdir") { mkdir("\(path)/\(name)", 0o700) }
    }

    /// Removes a file, or a directory with all that is in it.
    public func remove(_ name: String) {
        if unlink("\(path)/\(name)") == 0 { return }
        for inner in names(in: name) { remove("\(name)/\(inner)") }
        rmdir("\(path)/\(name)")
    }

    /// Removes all that is in it.
    public func empty() {
        for name in names() { remove(name) }
    }

    /// What is in it, or in a directory in it, in order.
    public func names(in directory: String = ".") -> [String] {
        (try? directoryNames("\(path)/\(directory)")) ?? []
    }

    public func mode(_ name: String) -> mode_t {
        var status = stat()
        return stat("\(path)/\(name)", &status) == 0 ? status.st_mode & 0o7777 : 0
    }
}
