import CLinux
import Glibc
import SystemCalls

/// The socket's file and the right to it.
///
/// Two services that start at once must not unlink each other's socket, so the right is a lock on a file beside it
/// (`PATH.lock`, readable by the service alone), taken before anything is looked at and held as long as the socket is. With the lock in hand
/// a file that nobody answers on is left over from a crash and goes.
struct SocketFile: ~Copyable {
    let path: String
    private let lock: Descriptor
    private var identity: FileIdentity?

    private static let backlog: Int32 = 128

    /// Takes the right to `path`, with its directory made if that is missing, and clears a left-over socket away.
    static func claim(_ path: String) throws(ListenerSocketError) -> SocketFile {
        guard !path.isEmpty, path.utf8.count <= UnixSocket.maximumPathLength, !path.utf8.contains(0) else {
            throw ListenerSocketError(
                .pathTooLong, "[socket] path has 1 to \(UnixSocket.maximumPathLength) bytes; set a shorter one")
        }
        do throws(SystemError) {
            try makeDirectory(of: path)
        } catch {
            throw ListenerSocketError(error, path)
        }
        let file = SocketFile(path: path, lock: try takeLock(path))
        do throws(ListenerSocketError) {
            try removeStale(path)
        } catch {
            file.remove()
            throw error
        }
        return file
    }

    private init(path: String, lock: consuming Descriptor) {
        self.path = path
        self.lock = lock
    }

    /// Makes the socket with its group and its permissions; nobody can connect before those are set.
    mutating func listen(group: String, mode: mode_t) throws(ListenerSocketError) -> Descriptor {
        let group = try group.isEmpty ? nil : Self.lookUpGroup(group)
        do throws(SystemError) {
            let socket = try UnixSocket.make()
            try UnixSocket.bind(socket, to: path)
            identity = try FileIdentity(path)
            if let group {
                try systemCall("chown") { lchown(path, uid_t.max, group) }
            }
            try systemCall("chmod") { chmod(path, mode & 0o777) }
            try systemCall("listen") { Glibc.listen(socket.number, Self.backlog) }
            return socket
        } catch {
            throw ListenerSocketError(error, path)
        }
    }

    /// Removes the socket's file if it is still the one that was made here, and gives the right to it away.
    consuming func remove() {
        if let identity, (try? FileIdentity(path)) == identity { unlink(path) }
        unlink(Self.lockPath(path))
    }

    private static func lockPath(_ path: String) -> String { path + ".lock" }

    private static func makeDirectory(of path: String) throws(SystemError) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash > path.startIndex else { return }
        let directory = String(path[..<slash])
        do {
            try systemCall("mkdir") { mkdir(directory, 0o755) }
        } catch  where error.errno == EEXIST {}
    }

    private static func lookUpGroup(_ name: String) throws(ListenerSocketError) -> gid_t {
        var entry = group()
        var found: UnsafeMutablePointer<group>?
        var buffer = [CChar](repeating: 0, count: 4096)
        var result = getgrnam_r(name, &entry, &buffer, buffer.count, &found)
        // A group with very many members needs more room.
        while result == ERANGE, buffer.count < 1 << 20 {
            buffer = [CChar](repeating: 0, count: buffer.count * 4)
            result = getgrnam_r(name, &entry, &buffer, buffer.count, &found)
        }
        guard found != nil else {
            throw ListenerSocketError(
                .unknownGroup,
                "[socket] group: there is no group \"\(name)\"; create it (groupadd --system \(name)), or set group = \"\""
            )
        }
        return entry.gr_gid
    }

    private static func takeLock(_ path: String) throws(ListenerSocketError) -> Descriptor {
        let lockPath = lockPath(path)
        do throws(SystemError) {
            // The one who held it removes it in the end: what was locked must still be the file that stands there.
            for _ in 0..<16 {
                let lock = try Descriptor.open(lockPath, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
                try systemCall("flock") { flock(lock.number, LOCK_EX | LOCK_NB) }
                let locked = try FileIdentity(of: lock)
                if (try? FileIdentity(lockPath)) == locked { return lock }
            }
        } catch {
            throw error.isWouldBlock ? alreadyRunning(path) : ListenerSocketError(error, lockPath)
        }
        throw alreadyRunning(path)
    }

    private static func removeStale(_ path: String) throws(ListenerSocketError) {
        let isSocket: Bool
        do throws(SystemError) {
            isSocket = try self.isSocket(path)
        } catch {
            if error.errno == ENOENT { return }
            throw ListenerSocketError(error, path)
        }
        guard isSocket else {
            throw ListenerSocketError(
                .notASocket, "\(path) is there and is no socket; remove it, or set another `path` in [socket]")
        }
        do throws(SystemError) {
            let probe = try UnixSocket.make()
            try UnixSocket.connect(probe, to: path)
        } catch {
            // EAGAIN: somebody listens and has not accepted those who came before.
            if error.isWouldBlock { throw alreadyRunning(path) }
            guard error.errno == ECONNREFUSED || error.errno == ENOENT else { throw ListenerSocketError(error, path) }
            do throws(SystemError) {
                try systemCall("unlink") { unlink(path) }
            } catch {
                if error.errno != ENOENT { throw ListenerSocketError(error, path) }
            }
            return
        }
        throw alreadyRunning(path)
    }

    private static func isSocket(_ path: String) throws(SystemError) -> Bool {
        var status = stat()
        try systemCall("lstat") { lstat(path, &status) }
        return status.st_mode & S_IFMT == S_IFSOCK
    }

    private static func alreadyRunning(_ path: String) -> ListenerSocketError {
        ListenerSocketError(
            .alreadyRunning,
            "\(path): a service is running there already; stop it (systemctl stop scanbridge), or set another `path` in [socket]"
        )
    }
}

/// Which file it is, whatever it is called.
private struct FileIdentity: Equatable {
    let device: dev_t
    let node: ino_t

    init(_ path: String) throws(SystemError) {
        var status = stat()
        try systemCall("lstat") { lstat(path, &status) }
        self.init(status)
    }

    init(of descriptor: borrowing Descriptor) throws(SystemError) {
        var status = stat()
        let number = descriptor.number
        try systemCall("fstat") { fstat(number, &status) }
        self.init(status)
    }

    private init(_ status: stat) {
        device = status.st_dev
        node = status.st_ino
    }
}
