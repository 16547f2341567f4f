import SeededNumbers

/// What a power cut would leave of the files, as the log of calls goes on.
///
/// What was synced is there. Of the rest each call may have reached the disk or not, a write also in part, and in any order; a file that
/// was removed is there again unless the directory was synced since; and after a sync that failed, what was written before is at once there or
/// not for good, whatever is synced later.
struct Disk {
    /// Which of the calls that were not synced have reached the disk.
    enum Kept: Hashable {
        case none
        case all
        /// All, the last write in part: as many bytes as fit in whole sectors of this size.
        case lastTorn(sector: Int)
        /// Whatever the numbers say.
        case some(seed: UInt64)
    }

    private struct File {
        var durable: [UInt8] = []
        var pending: [FaultyFiles.Entry] = []
        var isNameDurable = false
    }

    private var files: [String: File] = [:]
    private var removed: [String: File] = [:]
    private let kept: Kept
    private var numbers: SeededGenerator

    init(_ kept: Kept) {
        self.kept = kept
        if case .some(let seed) = kept { numbers = SeededGenerator(state: seed) } else { numbers = .init(state: 0) }
    }

    /// The next call.
    mutating func pass(_ entry: FaultyFiles.Entry) {
        let path = entry.path
        switch entry.kind {
        case .create: files[path] = File()
        case .delete:
            if let file = files.removeValue(forKey: path), file.isNameDurable { removed[path] = file }
        case .write, .truncate: files[path, default: File()].pending.append(entry)
        case .sync:
            guard var file = files[path] else { return }
            for entry in file.pending { Self.apply(entry, &file.durable) }
            file.pending = []
            // With the first sync of a journal or a log SQLite syncs the directory.
            let isDirectorySynced = !file.isNameDurable && (path.hasSuffix("-wal") || path.hasSuffix("-journal"))
            file.isNameDurable = true
            files[path] = file
            if isDirectorySynced {
                removed = [:]
                for path in files.keys { files[path]?.isNameDurable = true }
            }
        case .failedSync:
            guard var file = files[path] else { return }
            // A length is of the file system's journal, which is not given up as data is.
            var rest: [FaultyFiles.Entry] = []
            for entry in file.pending {
                if entry.kind == .truncate { rest.append(entry) } else if chance() { Self.apply(entry, &file.durable) }
            }
            file.pending = rest
            files[path] = file
        }
    }

    /// The files after a cut here.
    mutating func cut() -> [String: [UInt8]] {
        var result: [String: [UInt8]] = [:]
        for path in Set(files.keys).union(removed.keys).sorted() {
            if let old = removed[path], !chance() {
                result[path] = content(old)
            } else if let file = files[path], file.isNameDurable || chance() {
                result[path] = content(file)
            }
        }
        return result
    }

    private mutating func content(_ file: File) -> [UInt8] {
        var bytes = file.durable
        for (index, entry) in file.pending.enumerated() where chance() {
            var entry = entry
            switch kept {
            case .lastTorn(let sector) where index == file.pending.count - 1:
                entry.bytes = Array(entry.bytes.prefix(entry.bytes.count / 2 / sector * sector))
            case .some where numbers.next() % 4 == 0:
                entry.bytes = Array(entry.bytes.prefix(Int.random(in: 0...entry.bytes.count, using: &numbers)))
            default: break
            }
            Self.apply(entry, &bytes)
        }
        return bytes
    }

    private mutating func chance() -> Bool {
        switch kept {
        case .none: false
        case .all, .lastTorn: true
        case .some: numbers.next() % 2 == 0
        }
    }

    private static func apply(_ entry: FaultyFiles.Entry, _ bytes: inout [UInt8]) {
        switch entry.kind {
        case .truncate:
            if bytes.count > entry.offset { bytes.removeLast(bytes.count - entry.offset) }
        case .write where !entry.bytes.isEmpty:
            let end = entry.offset + entry.bytes.count
            if bytes.count < end { bytes += [UInt8](repeating: 0, count: end - bytes.count) }
            bytes.withUnsafeMutableBytes { bytes in
                UnsafeMutableRawBufferPointer(rebasing: bytes[entry.offset..<end]).copyBytes(from: entry.bytes)
            }
        default: break
        }
    }
}
