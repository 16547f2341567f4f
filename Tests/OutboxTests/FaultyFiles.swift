import CFaultyFiles
import CSQLite
import Synchronization

/// The layer of `CFaultyFiles` under a name of its own. All stores that use it are closed before it goes.
///
/// `@unchecked Sendable`: the counts are plain memory. A test reads and sets them on its own thread while the outbox's thread, if there is
/// one, has nothing to do, and one learns from the other by a completion.
final class FaultyFiles: @unchecked Sendable {
    enum Call: Int32, CaseIterable {
        case open, delete, read, write, truncate, sync, sharedMemory
    }

    struct Entry {
        enum Kind: Int32 { case create, delete, write, truncate, sync, failedSync }

        var kind: Kind
        var path: String
        var offset: Int
        var bytes: [UInt8]
    }

    let name: String
    private let files: OpaquePointer

    private static let number = Mutex(0)

    init() {
        let number = Self.number.withLock { number in
            number += 1
            return number
        }
        name = "faulty-\(number)"
        guard let files = faulty_files_register(name) else { preconditionFailure("no memory") }
        self.files = files
    }

    deinit { faulty_files_unregister(files) }

    static let forEver = Int.max

    /// Lets calls fail, from the `number`th from now on.
    func fail(_ call: Call, at number: Int, times: Int, code: Int32, writesHalf: Bool = false) {
        faulty_files_fail(files, call.rawValue, Int64(number), Int64(times), code, writesHalf ? 1 : 0)
    }

    func heal() { faulty_files_heal(files) }
    func count(_ call: Call) -> Int { Int(faulty_files_count(files, call.rawValue)) }
    var hasFailed: Bool { faulty_files_has_failed(files) != 0 }
    var logCount: Int { Int(faulty_files_log_count(files)) }

    func log() -> [Entry] {
        (0..<logCount).map { index in
            let entry = faulty_files_log_entry(files, Int64(index))
            guard let kind = Entry.Kind(rawValue: entry.kind) else { preconditionFailure("an unknown entry") }
            return Entry(
                kind: kind, path: String(cString: entry.path), offset: Int(entry.offset),
                bytes: Array(UnsafeBufferPointer(start: entry.bytes, count: Int(entry.count))))
        }
    }
}
