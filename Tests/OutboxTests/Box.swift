import Glibc
import Outbox
import SystemCalls

/// A directory of a test's own. It goes with what is in it.
final class Box: Sendable {
    let path: String

    init() throws {
        // Not /dev/shm, though it is faster: umockdev takes what is in /dev for devices, and opens a socket for each file.
        let parent = "/tmp"
        var template = Array("\(parent)/scanbridge-outbox-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError(call: "mkdtemp", errno: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    var database: String { path + "/outbox.db" }

    var settings: OutboxSettings {
        var settings = OutboxSettings()
        settings.path = database
        return settings
    }

    func open(_ change: (inout OutboxSettings) -> Void = { _ in }) throws -> OutboxStore {
        var settings = settings
        change(&settings)
        return try OutboxStore(settings, now: Samples.start)
    }

    func names() -> [String] { Self.names(path) }

    func read(_ name: String) throws -> [UInt8] {
        try Descriptor.open("\(path)/\(name)", O_RDONLY).readAll(atMost: 1 << 28)
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Descriptor.open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600).writeAll(bytes)
    }

    /// Removes all files in it.
    func empty() {
        for name in names() { Self.remove("\(path)/\(name)") }
    }

    func mode(_ name: String) -> mode_t {
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
