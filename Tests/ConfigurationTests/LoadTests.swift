import Glibc
import Loyalty
import SystemCalls
import Testing

@testable import Configuration

@Suite struct LoadTests {
    /// A directory of its own, which goes with its contents.
    private final class Directory {
        private let files: TemporaryDirectory
        var path: String { files.path }

        init() throws {
            files = try TemporaryDirectory(named: "scanbridge-configuration")
        }

        func write(_ bytes: some Collection<UInt8>) throws -> String {
            let file = "\(path)/config.toml"
            let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
            #expect(descriptor >= 0)
            defer { close(descriptor) }
            let bytes = Array(bytes)
            try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
            return file
        }
    }

    private func faultOfFile(_ path: String) -> ConfigurationError? {
        do {
            _ = try Configuration.load(path: path, knowsLayout: isUsualLayout)
            return nil
        } catch {
            return error
        }
    }

    @Test func aFileIsRead() throws {
        let directory = try Directory()
        let path = try directory.write("[endpoint]\naccount = 'añ'\n".utf8)
        #expect(faultOfFile(path)?.description.hasPrefix("\(path):2: [endpoint] account") == true)
        _ = try directory.write("[endpoint]\naccount = 'a'\n".utf8)
        #expect(try Configuration.load(path: path, knowsLayout: isUsualLayout).endpoint?.account == "a")
    }

    @Test(arguments: ["/nonexistent/config.toml", "/dev/null/config.toml"])
    func aMissingFileSaysSo(path: String) throws {
        let fault = try #require(faultOfFile(path))
        #expect(fault.code == .notFound)
        #expect(fault.line == nil)
        #expect(fault.description == "\(path): \(fault.message)")
        #expect(fault.message.contains("--config"))
    }

    @Test func aDirectoryCannotBeRead() throws {
        let directory = try Directory()
        let fault = try #require(faultOfFile(directory.path))
        #expect(fault.code == .unreadable)
        #expect(fault.message.contains("Is a directory"))
    }

    /// By the error alone: root, who runs many tests, may read every file.
    @Test(arguments: [
        (
            EACCES, ConfigurationError.Code.unreadable,
            "Permission denied; let the user that the service runs as read it"
        ),
        (EPERM, .unreadable, "let the user that the service runs as read it"),
        (ENOENT, .notFound, "there is no such file"), (ENOTDIR, .notFound, "there is no such file"),
        (EIO, .unreadable, "Input/output error"),
    ])
    func eachFaultOfReadingSaysWhatToDo(errno: Int32, code: ConfigurationError.Code, words: String) {
        let fault = Configuration.unreadable("f", SystemError(call: "open", errno: errno))
        #expect(fault.code == code)
        #expect(fault.message.contains(words))
    }

    @Test func textThatIsNotUTF8HasItsLine() throws {
        let directory = try Directory()
        let path = try directory.write(Array("# é\n\n# ".utf8) + [0xE9] + Array("\n# é\n".utf8))
        let fault = try #require(faultOfFile(path))
        #expect(fault.code == .notUTF8)
        #expect(fault.line == 3)
    }

    @Test func onlyABoundedLengthIsRead() throws {
        let directory = try Directory()
        let longest = String(repeating: "#", count: Configuration.maximumLength)
        #expect(faultOfFile(try directory.write(longest.utf8)) == nil)
        let fault = try #require(faultOfFile(try directory.write((longest + "#").utf8)))
        #expect(fault.code == .tooLarge)
        #expect(faultOfText(longest + "#")?.code == .tooLarge)
        #expect(faultOfFile("/dev/zero")?.code == .tooLarge)
    }
}
