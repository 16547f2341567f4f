import CLinux
import Glibc
import SystemCalls

/// A file that is there for one test.
package final class TemporaryFile {
    package let path: String

    package init(_ content: String, suffix: String = "") throws {
        path = "/tmp/scanbridge-file-\(getpid())-\(UInt64.random(in: 0...UInt64.max))\(suffix)"
        try Descriptor.open(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600).writeAll(Array(content.utf8))
    }

    deinit { unlink(path) }
}
