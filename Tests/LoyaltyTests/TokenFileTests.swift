import Glibc
import SystemCalls
import Testing

@testable import Loyalty

@Suite struct TokenFileTests {
    @Test(arguments: [
        ("12|abc", "12|abc"), ("  12|abc\r\n\n", "12|abc"), ("a b", "a b"), ("", nil), (" \n", nil), ("a\nb", nil),
        ("a\u{0}b", nil), ("a\u{7F}", nil), (String(repeating: "x", count: 4096), String(repeating: "x", count: 4096)),
        (String(repeating: "x", count: 4097), nil),
    ])
    func contents(_ text: String, _ token: String?) throws {
        let directory = try TemporaryDirectory(named: "scanbridge-loyalty")
        try directory.write(text, to: "t")
        #expect(TokenFile(path: "\(directory.path)/t", credentials: nil).read() == token.map { Array($0.utf8) })
    }

    @Test func theSystemdCredentialComesFirst() throws {
        let directory = try TemporaryDirectory(named: "scanbridge-loyalty")
        let file = TokenFile(path: "\(directory.path)/file", credentials: directory.path)
        #expect(file.read() == nil)
        try directory.write("from the file", to: "file")
        #expect(file.read() == Array("from the file".utf8))
        try directory.write("from systemd", to: "token")
        #expect(file.read() == Array("from systemd".utf8))
        // A credential that is there but cannot be used is a fault, not a reason to use another token.
        try directory.write("", to: "token")
        #expect(file.read() == nil)
    }

    @Test func whatIsNoFileNeitherBlocksNorServes() throws {
        let directory = try TemporaryDirectory(named: "scanbridge-loyalty")
        try systemCall("mkfifo") { mkfifo("\(directory.path)/pipe", 0o600) }
        #expect(TokenFile(path: "\(directory.path)/pipe", credentials: nil).read() == nil)
        #expect(TokenFile(path: directory.path, credentials: nil).read() == nil)
    }
}
