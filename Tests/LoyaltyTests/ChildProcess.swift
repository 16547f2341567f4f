import Glibc
import SystemCalls
import Testing

/// A stream socket that exec closes.
let streamSocket = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)

/// A program that a test starts, with a connection to its standard input and output.
final class ChildProcess {
    struct Fault: Error { let what: String }

    private let pid: pid_t
    private let end: Int32

    /// - Parameter arguments: The program's path, then what it is given.
    init(_ arguments: [String]) throws {
        // Closed by exec, for other tests start programs at the same time, and their copies would hold it open.
        var ends: [Int32] = [-1, -1]
        try systemCall("socketpair") { socketpair(AF_UNIX, streamSocket, 0, &ends) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var words = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var pid = pid_t()
        let result = posix_spawn(&pid, arguments[0], &actions, nil, &words, environ)
        close(ends[1])
        guard result == 0 else {
            close(ends[0])
            throw SystemError(call: "posix_spawn", errno: result)
        }
        self.pid = pid
        end = ends[0]
    }

    deinit {
        close(end)
        kill(pid, SIGKILL)
        _ = try? systemCall("waitpid") { waitpid(pid, nil, 0) }
    }

    /// Its output's next line.
    func readLine() throws -> String {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while try systemCall("read", { read(end, &byte, 1) }) == 1, byte != 0x0A { line.append(byte) }
        return String(decoding: line, as: UTF8.self)
    }

    /// Runs a program to its end and expects that it succeeds.
    static func run(_ arguments: [String]) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor: Int32 in 0...2 {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        var words = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var pid = pid_t()
        let result = posix_spawn(&pid, arguments[0], &actions, nil, &words, environ)
        guard result == 0 else { throw SystemError(call: "posix_spawn", errno: result) }
        var status: Int32 = 0
        try systemCall("waitpid") { waitpid(pid, &status, 0) }
        guard status == 0 else { throw Fault(what: arguments.joined(separator: " ")) }
    }
}
