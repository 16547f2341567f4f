import Glibc

/// systemd's `JOURNAL_STREAM`: device and inode of the stream that it has connected to the journal. A process inherits the variable
/// also where its standard error was sent elsewhere since, so only the comparison tells.
struct JournalStream: Equatable {
    let device: UInt64
    let inode: UInt64

    init(device: UInt64, inode: UInt64) {
        self.device = device
        self.inode = inode
    }

    /// Reads `DEVICE:INODE`; nil if it is not that.
    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let device = UInt64(parts[0]), let inode = UInt64(parts[1]) else { return nil }
        self.init(device: device, inode: inode)
    }

    /// The stream that a descriptor leads to; nil if it is closed.
    init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }

    /// Whether what this process writes to standard error goes to the journal.
    static var isStandardError: Bool {
        guard let text = getenv("JOURNAL_STREAM"), let stream = JournalStream(String(cString: text)) else {
            return false
        }
        return stream == JournalStream(descriptor: STDERR_FILENO)
    }
}
