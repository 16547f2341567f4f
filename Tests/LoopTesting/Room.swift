import Glibc
import SystemCalls

/// A directory of a test's own, which goes with all that is in it.
public final class Room: Sendable {
    public let path: String

    public init() throws(SystemError) {
        // Not /dev/shm, though it is faster: umockdev takes what is in /dev for devices, and opens a socket for each file.
        var template = Array("/tmp/scanbridge-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError(call: "mkdtemp", errno: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    /// Puts a file there, whole at once.
    public func write(_ text: String, to name: String, mode: mode_t = 0o600) throws(SystemError) {
        let draft = try Descriptor.open("\(path)/.\(name)", O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
        let number = draft.number
        try systemCall("fchmod") { fchmod(number, mode) }
        try draft.writeAll(Array(text.utf8))
        try systemCall("rename") { rename("\(path)/.\(name)", "\(path)/\(name)") }
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

    public func remove(_ name: String) { Self.remove("\(path)/\(name)") }

    /// Removes all that is in it.
    public func empty() {
        for name in names() { remove(name) }
    }

    /// What is in it, or in a directory in it, in order.
    public func names(in directory: String = ".") -> [String] { Self.names("\(path)/\(directory)") }

    public func mode(_ name: String) -> mode_t {
        var status = stat()
        return stat("\(path)/\(name)", &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    private static func names(_ path: String) -> [String] {
        guard let listing = opendir(path) else { return [] }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private static func remove(_ path: String) {
        if unlink(path) == 0 { return }
        for name in names(path) { remove("\(path)/\(name)") }
        rmdir(path)
    }
}
