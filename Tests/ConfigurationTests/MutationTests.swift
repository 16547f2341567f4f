import Configuration
import Keystrokes
import Loyalty
import Scanners
import SeededNumbers
import Testing

/// Texts that nobody meant: whatever is done to a configuration, reading it ends in a value or in an error with a line.
@Suite struct MutationTests {
    static let base = #"""
        # comment
        [endpoint]
        account = "myshop"
        member_url = "https://h/{member_id}?t={token}&a={account}"
        timeout_ms = 4000
        headers = { "A-B" = "x", C = 'y' }
        [mapping]
        member_id = ["MemberId", 'a.b', # comment
            """c"""]
        name_pattern = '''(?<name>\w+)'''
        [socket]
        mode = "0660"
        [[scanner]]
        vendor = "0c2e"
        end = ["enter", "tab",]
        gap_ms = 1_000
        suffix = """
        #\
          x"""
        [[scanner]]
        name = "\u00e9*"
        [[route]]
        pattern = "^OW-(?<id>[0-9]{8})$"
        symbology = ["EAN-13", 'QR Code']
        scanner = "0c2e:*"
        id = ["query:id", "pad:8"]
        lookup = true
        pass = "not_found"

        """#

    static let pieces = [
        "[", "]", "[[", "]]", "{", "}", "\"", "'", "\"\"\"", "'''", "\\", "\\u0000", "\\U0010FFFF", "\\u12", "=", ".",
        ",", "#",
        "\n", "\r\n", "\r", "\0", "\t", " ", "1", "-0", "0x", "1e999", "nan", "inf", "1979-05-27T07:32:00Z", "07:32:00",
        "true",
        "é", "\u{FEFF}", "\u{2028}", "\u{1F600}", "endpoint", "[scanner.x]", "[route]\n", "a.b.c",
        "99999999999999999999", "(", ")",
        "(?<id>", "{member_id}",
    ]

    @Test func theTextIsRightAtFirst() throws {
        #expect(try parse(Self.base).scanners.first?.decoding.suffix == "#x")
    }

    @Test(arguments: 0..<8)
    func noTextHarms(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        for _ in 0..<500 {
            var bytes = Array(Self.base.utf8)
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let start = Int.random(in: 0..<bytes.count, using: &generator)
                let end = min(bytes.count, start + Int.random(in: 0...12, using: &generator))
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: bytes.removeSubrange(start..<end)
                case 1: bytes[start] = UInt8.random(in: 0...127, using: &generator)
                case 2:
                    bytes.insert(contentsOf: bytes[start..<end], at: Int.random(in: 0..<bytes.count, using: &generator))
                case 3:
                    bytes.replaceSubrange(start..<end, with: (Self.pieces.randomElement(using: &generator) ?? "").utf8)
                default: bytes.insert(contentsOf: (Self.pieces.randomElement(using: &generator) ?? "").utf8, at: start)
                }
                if bytes.isEmpty { bytes = [UInt8(ascii: "\n")] }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            guard let fault = faultOfText(text) else {
                // What is taken here fails nowhere else, where there is no line to name.
                let configuration = try parse(text)
                try configuration.endpoint?.check()
                try configuration.mapping.check()
                continue
            }
            let lines = text.utf8.count { $0 == UInt8(ascii: "\n") } + 1
            #expect((1...lines).contains(fault.line ?? 0), "\(fault) in \(text.debugDescription)")
        }
    }

    /// Pieces of TOML in any order: what both the scanner and TOMLKit take, they read alike.
    @Test(arguments: 0..<8)
    func theScannerAgreesWithTOMLKit(seed: UInt64) {
        var generator = SeededGenerator(state: seed)
        var agreed = 0
        for _ in 0..<1000 {
            var text = ""
            for _ in 0..<Int.random(in: 1...5, using: &generator) {
                let key = ["a", "b.c", "'d'", "\"e\\u00e9\""].randomElement(using: &generator) ?? ""
                let other = Self.pieces.randomElement(using: &generator) ?? ""
                let value =
                    [
                        "1", "[[1], ['x', # ]\n 2]]", "{ x = 1, y.z = [{}] }", "\"\"\"\n\\\"\"\"\"", "'#'",
                        "[\(other), 1]",
                        "{ x = \(other) }", other,
                    ].randomElement(using: &generator) ?? ""
                let line = [
                    "\(key) = \(value)", "[\(key)]", "[[\(key)]]", "# \(value)", "[\(other)]", "\(other) = \(value)",
                ]
                text += (line.randomElement(using: &generator) ?? "") + "\n"
            }
            guard let lacking = try? keysWithoutPosition(in: text) else { continue }
            agreed += 1
            #expect(lacking.isEmpty, "\(lacking) in \(text.debugDescription)")
        }
        #expect(agreed > 50)
    }
}
