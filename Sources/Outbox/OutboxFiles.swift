import Glibc
import SystemCalls

/// The database's files: the right to them, and their names.
struct OutboxFiles: ~Copyable {
    let path: String
    private let lock: Descriptor
    private let renameFile: Rename

    /// rename(2), or what stands for it in a test.
    typealias Rename = (_ from: String, _ to: String) -> Int32

    /// Suffixes of the files that belong together, the database itself first.
    static let suffixes = ["", "-wal", "-shm", "-journal"]

    /// A database that is to take the place of a damaged one, while it is made.
    var draft: String { path + ".part" }
    /// The same, finished.
    var replacement: String { path + ".new" }

    private var directory: String { Self.directory(of: path) }

    /// Takes the right to the files, with their directory made if that is missing, before anything is looked at.
    static func claim(_ path: String, rename: @escaping Rename) throws(OutboxError) -> OutboxFiles {
        guard path.utf8.first == UInt8(ascii: "/"), !path.utf8.contains(0) else {
            throw OutboxError(.failed, "the outbox's path is not absolute; set one that begins with /")
        }
        do throws(SystemError) {
            try makeDirectory(directory(of: path))
            // It stays when the service ends, so that nobody locks a file that another one has just removed.
            let lock = try Descriptor.open(path + ".lock", O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
            let number = lock.number
            try systemCall("flock") { flock(number, LOCK_EX | LOCK_NB) }
            return OutboxFiles(path: path, lock: lock, rename: rename)
        } catch {
            throw error.isWouldBlock ? .locked(path) : OutboxError(error, path)
        }
    }

    private init(path: String, lock: consuming Descriptor, rename: @escaping Rename) {
        self.path = path
        self.lock = lock
        renameFile = rename
    }

    /// Makes an empty file at `path` that only this user can read; SQLite gives the log the same mode. One that is there gets that mode.
    ///
    /// - Returns: Whether it is empty.
    static func makeFile(_ path: String) throws(SystemError) -> Bool {
        let file = try Descriptor.open(path, O_RDWR | O_CREAT, mode: 0o600)
        let number = file.number
        var status = stat()
        try systemCall("fstat") { fstat(number, &status) }
        if status.st_mode & 0o7777 != 0o600 { try systemCall("fchmod") { fchmod(number, 0o600) } }
        // SQLite takes a file of one byte for an empty one.
        return status.st_size <= 1
    }

    /// The size of a file, 0 if there is none.
    static func size(_ path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }

    static func isThere(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// Makes the names in the directory last.
    func syncDirectory() throws(SystemError) { try Self.sync(directory) }

    /// Renames what there is of a database, and gives the name that the database has then or would have.
    func setAside(now: WallTime) throws(SystemError) -> String {
        let aside = unusedName(now)
        for suffix in Self.suffixes where Self.isThere(path + suffix) {
            try rename(path + suffix, aside + suffix)
        }
        return aside
    }

    /// Removes what a draft that was not finished has left.
    func removeDraft() {
        for suffix in Self.suffixes { unlink(draft + suffix) }
    }

    /// The draft is whole and on the disk: from here on it takes the place of what is at the path, after a power cut too.
    func finishDraft() throws(SystemError) {
        try rename(draft, replacement)
        try syncDirectory()
    }

    /// Puts the finished replacement into the place that has become free.
    func putReplacement() throws(SystemError) {
        try rename(replacement, path)
        try syncDirectory()
    }

    private func rename(_ from: String, _ to: String) throws(SystemError) {
        try systemCall("rename") { renameFile(from, to) }
    }

    private func unusedName(_ now: WallTime) -> String {
        var text: [UInt8] = []
        now.appendRFC3339(to: &text)
        let digits = text.prefix(19).filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ":") }
        let name = "\(path).corrupt-\(String(decoding: digits, as: UTF8.self))Z"
        var number = 1
        var unused = name
        while Self.suffixes.contains(where: { Self.isThere(unused + $0) }) {
            number += 1
            unused = "\(name)-\(number)"
        }
        return unused
    }

    private static func directory(of path: String) -> String {
        let end = path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex
        return end == path.startIndex ? "/" : String(path[..<end])
    }

    private static func makeDirectory(_ directory: String) throws(SystemError) {
        do {
            try systemCall("mkdir") { mkdir(directory, 0o700) }
        } catch {
            // What else is in the way, as a read-only file system, is told by the first file.
            if isThere(directory) { return }
            throw error
        }
        try sync(self.directory(of: directory))
    }

    private static func sync(_ directory: String) throws(SystemError) {
        let open = try Descriptor.open(directory, O_RDONLY | O_DIRECTORY)
        let number = open.number
        try systemCall("fsync") { fsync(number) }
    }
}
