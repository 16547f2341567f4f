import Glibc
import Loyalty

/// The till's token, read anew when its file has changed: each request asks the kernel for the file's state, and for no more.
struct TillToken {
    private let path: String
    private let file: TokenFile
    private var known: (version: Version, token: [UInt8])?

    /// What differs whenever the file is another one, was written, or has another owner or mode.
    private struct Version: Equatable {
        let device: UInt
        let inode: UInt
        let changed: [Int]

        /// Whether the last change was more than a second ago.
        var isSettled: Bool {
            var now = timespec()
            clock_gettime(CLOCK_REALTIME, &now)
            return now.tv_sec - changed[0] > 1
        }

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            device = UInt(status.st_dev)
            inode = UInt(status.st_ino)
            // The kernel sets the change's time for everything that can be done to a file, and nobody else can.
            changed = [status.st_ctim.tv_sec, status.st_ctim.tv_nsec, Int(status.st_size)]
        }
    }

    init(path: String) {
        self.path = path
        file = TokenFile(path: path)
    }

    mutating func read() throws(TokenFault) -> [UInt8] {
        let version = Version(path)
        if let known, known.version == version { return known.token }
        known = nil
        let token = try file.read().token
        // The clock of those times is coarse: of a file that was changed this very moment the next change might look the same.
        if let version, version.isSettled { known = (version, token) }
        return token
    }
}
