import Glibc
import SystemCalls
import Testing

@Suite("The names in a directory")
struct DirectoryNamesTests {
    @Test("all of them in order, hidden ones and directories too, and neither . nor ..")
    func names() throws {
        let directory = try TemporaryDirectory(named: "scanbridge-test")
        #expect(try directoryNames(directory.path) == [])
        for name in ["b", "a", ".hidden", "ñ"] { try directory.write("", to: name) }
        #expect(mkdir(directory.path + "/c", 0o700) == 0)
        #expect(try directoryNames(directory.path) == [".hidden", "a", "b", "c", "ñ"])
    }

    @Test("what cannot be read is an error")
    func faults() throws {
        let directory = try TemporaryDirectory(named: "scanbridge-test")
        try directory.write("", to: "file")
        for (name, reason) in [("none", ENOENT), ("file", ENOTDIR)] {
            #expect(throws: SystemError(call: "opendir", errno: reason)) {
                try directoryNames("\(directory.path)/\(name)")
            }
        }
    }
}
