import CLinux
import Glibc
import SystemCalls

/// Runs the program that was built beside the tests.
package struct Program {
    package struct Result {
        package var status: Int32
        package var output: String
        package var errors: String

        /// Output's lines.
        package var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    /// `.build/debug/scanbridge`: the tests' own program lies in the same directory.
    package static var path: String {
        get throws {
            var buffer = [CChar](repeating: 0, count: 4096)
            let count = try systemCall("readlink") {
                readlink("/proc/self/exe", &buffer, buffer.count)
            }
            let executable = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            // Swift Testing runs the bundle through a helper of the toolchain; the bundle's path is an argument then.
            let candidates = [executable] + CommandLine.arguments
            for candidate in candidates {
                guard let range = candidate.utf8.lastIndex(of: UInt8(ascii: "/")) else { continue }
                let program = candidate[..<range] + "/scanbridge"
                if access(String(program), X_OK) == 0 { return String(program) }
            }
            throw SystemError(call: "scanbridge", errno: ENOENT)
        }
    }

    /// Runs a command to its end with an environment of its own.
    package static func run(_ arguments: [String], environment: [String: String] = [:], input: String = "") throws
        -> Result
    {
        try run(program: try path, arguments, environment: environment, input: input)
    }

    /// Runs any program.
    package static func run(
        program: String, _ arguments: [String], environment: [String: String] = [:], input: String = ""
    ) throws -> Result {
        let files = ["out", "err"].map { "/tmp/scanbridge-command-\(getpid())-\(unique())-\($0)" }
        defer { for file in files { unlink(file) } }
        let inputFile = files[0] + "-in"
        defer { unlink(inputFile) }
        try Descriptor.open(inputFile, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600).writeAll(Array(input.utf8))

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, inputFile, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, files[0], O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, files[1], O_WRONLY | O_CREAT | O_TRUNC, 0o600)

        var argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        let variables = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent"].merging(environment) { _, new in new }
        var envp: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var process = pid_t()
        let result = posix_spawn(&process, program, &actions, nil, &argv, &envp)
        guard result == 0 else { throw SystemError(call: "posix_spawn", errno: result) }
        var status: Int32 = 0
        try systemCall("waitpid") { waitpid(process, &status, 0) }
        return Result(
            status: status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F), output: try read(files[0]),
            errors: try read(files[1]))
    }

    private static func read(_ file: String) throws(SystemError) -> String {
        String(decoding: try Descriptor.open(file, O_RDONLY).readAll(atMost: 1 << 24), as: UTF8.self)
    }

    private static func unique() -> UInt64 { UInt64.random(in: 0...UInt64.max) }
}
