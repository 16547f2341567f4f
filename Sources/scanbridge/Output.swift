import Glibc
import JSON
import SystemCalls

/// Standard output and standard error.
enum Output {
    /// Whether a person reads the output.
    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Writes a line at once. A reader that has gone ends the program, as it does with any other.
    static func line(_ text: String) {
        write(Array((text + "\n").utf8), to: STDOUT_FILENO)
    }

    static func write(_ bytes: [UInt8]) {
        write(bytes, to: STDOUT_FILENO)
    }

    /// Writes a value on a line of its own.
    static func json(_ value: JSONValue) {
        var writer = JSONWriter()
        writer.value(value)
        writer.endLine()
        write(writer.bytes)
    }

    /// Writes `scanbridge: text` to standard error.
    static func error(_ text: String) {
        write(Array("scanbridge: \(text)\n".utf8), to: STDERR_FILENO)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard
                let count = try? systemCall(
                    "write", { rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) } })
            else {
                // What cannot be said stays unsaid: a service goes on without its log.
                if descriptor == STDERR_FILENO { return }
                exit(0)
            }
            rest = rest.dropFirst(count)
        }
    }
}
