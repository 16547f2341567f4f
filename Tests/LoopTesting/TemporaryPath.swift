import Glibc
import Synchronization
import SystemCalls

private let directories = Mutex<[TemporaryDirectory]>([])

/// A path in a directory of its own, where nothing is yet. The directory goes when the tests end.
public func temporaryPath() throws(SystemError) -> String {
    let directory = try TemporaryDirectory(named: "scanbridge-test")
    directories.withLock { kept in
        if kept.isEmpty { atexit { directories.withLock { $0.removeAll() } } }
        kept.append(directory)
    }
    return directory.path + "/s"
}
