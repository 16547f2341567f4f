import Glibc
import SystemCalls

/// Reads the API token.
///
/// It is read anew for each request: that takes some µs, and nothing remembered can be out of date when the file is replaced. In this
/// order:
///
/// 1. `scanbridge.token` in systemd's credentials, which systemd has decrypted;
/// 2. `token` in them, a copy of a file; an empty one stands for none, for systemd has no other word for a file that is missing;
/// 3. the configured file.
///
/// A file that others can read, or write, is refused; so is a copy of it, since what others know is no secret any more.
public struct TokenFile: Sendable {
    public static let maxBytes = 4096
    /// The user that the service runs as where it was installed as a package.
    static let serviceUser = "scanbridge"

    private let path: String
    private let credentials: String?
    private let owners: Set<uid_t>

    /// A file that no credential of systemd's stands for.
    public init(path: String) {
        self.init(path: path, credentials: nil)
    }

    /// - Parameters:
    ///   - path: The configured file.
    ///   - credentials: systemd's `$CREDENTIALS_DIRECTORY`, if it is set.
    ///   - owners: The users whose file it may be.
    init(path: String, credentials: String?, owners: Set<uid_t> = Self.defaultOwners) {
        self.path = path
        self.credentials = credentials.flatMap { $0.isEmpty ? nil : $0 }
        self.owners = owners
    }

    /// Root and this process's user. Root itself, as which a person runs commands, also takes what is the service's.
    static let defaultOwners: Set<uid_t> = {
        var owners: Set<uid_t> = [0, geteuid()]
        if geteuid() == 0, let service = getpwnam(serviceUser) { owners.insert(service.pointee.pw_uid) }
        return owners
    }()

    /// A token and where it stands.
    public struct Found: Equatable, Sendable {
        /// Without white space around it.
        public var token: [UInt8]
        public var path: String
    }

    /// - Throws: Why there is none that can be used. One that is there but cannot be used is a fault, not a reason to use another.
    public func read() throws(TokenFault) -> Found {
        if let credentials {
            if let found = try credential("\(credentials)/scanbridge.token", isEmptyNone: false) { return found }
            if let found = try credential("\(credentials)/token", isEmptyNone: true) {
                try checkOriginal()
                return found
            }
        }
        return Found(token: try Self.token(at: path, judge: reason), path: path)
    }

    private func credential(_ path: String, isEmptyNone: Bool) throws(TokenFault) -> Found? {
        do throws(TokenFault) {
            // Its mode is systemd's matter, which shows an access list's mask as the group's rights.
            return Found(token: try Self.token(at: path) { _ in nil }, path: path)
        } catch {
            if error.reason == .missing || (isEmptyNone && error.reason == .empty) { return nil }
            throw error
        }
    }

    /// Refuses a copy of a file that could not be the token's. A file that this process may not look at, or that is not there, is not judged.
    private func checkOriginal() throws(TokenFault) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        if let reason = reason(against: status) { throw TokenFault(path: path, reason: reason) }
    }

    /// Why the configured file cannot be the token's.
    private func reason(against status: stat) -> TokenFault.Reason? {
        let mode = status.st_mode & 0o777
        if mode & 0o077 != 0 { return .openToOthers(mode: mode) }
        return owners.contains(status.st_uid) ? nil : .foreign(owner: status.st_uid)
    }

    /// - Parameter judge: Looks at the file that was opened, whatever stands at its path by now.
    private static func token(
        at path: String, judge: (stat) -> TokenFault.Reason?
    ) throws(TokenFault) -> [UInt8] {
        var status = stat()
        var bytes: [UInt8] = []
        do throws(SystemError) {
            // O_NONBLOCK: a pipe at this place must not stop the thread.
            let file = try Descriptor.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
            let number = file.number
            try systemCall("fstat") { fstat(number, &status) }
            if status.st_mode & S_IFMT == S_IFREG { bytes = try contents(of: file) }
        } catch {
            let isMissing = error.errno == ENOENT || error.errno == ENOTDIR
            throw TokenFault(path: path, reason: isMissing ? .missing : .unreadable(error))
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw TokenFault(path: path, reason: .notAFile) }
        if let reason = judge(status) { throw TokenFault(path: path, reason: reason) }
        let isTooLong = bytes.count > maxBytes
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        let token = Array(bytes.drop(while: isSpace))
        if token.isEmpty { throw TokenFault(path: path, reason: .empty) }
        guard !isTooLong, token.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw TokenFault(path: path, reason: .notAToken)
        }
        return token
    }

    /// The file's bytes, or one more than a token may have.
    private static func contents(of file: borrowing Descriptor) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: maxBytes + 1)
        var count = 0
        while count < bytes.count {
            let number = file.number
            let read = try systemCall("read") {
                bytes.withUnsafeMutableBytes { Glibc.read(number, $0.baseAddress.map { $0 + count }, $0.count - count) }
            }
            if read == 0 { break }
            count += read
        }
        return Array(bytes[..<count])
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
