import TOMLKit
import Testing

@testable import Configuration

@Suite struct TOMLPositionsTests {
    static let cases: [(text: String, path: [TOMLStep], line: Int)] = [
        ("a = 1", [.key("a")], 1),
        ("\n\n  a = 1", [.key("a")], 3),
        ("# a = 0\r\na = 1\r\nb = 2\r\n", [.key("b")], 3),
        ("\u{FEFF}a = 1\nb = 2", [.key("b")], 2),
        ("a = '#' # b = 1\nb = \"\\\"#\"\nc = 3", [.key("c")], 3),
        // Tables.
        ("[t]\na = 1\n[u]\na = 2", [.key("u"), .key("a")], 4),
        ("[t]\na = 1\n[u]\na = 2", [.key("t")], 1),
        ("[t.u]\na = 1\n[t]\nb = 2", [.key("t")], 3),
        ("[t.u]\na = 1\n[t]\nb = 2", [.key("t"), .key("u"), .key("a")], 2),
        ("[ t . 'u' . \"v\" ]\na = 1", [.key("t"), .key("u"), .key("v"), .key("a")], 2),
        ("['a.b']\nc = 1", [.key("a.b"), .key("c")], 2),
        // Dotted and quoted keys.
        ("[t]\na.b = 1\na.c = 2", [.key("t"), .key("a"), .key("c")], 3),
        ("[t]\na.b = 1\na.c = 2", [.key("t"), .key("a")], 2),
        ("\"a\\tb\" = 1\n'a\\tb' = 2", [.key("a\tb")], 1),
        ("\"a\\tb\" = 1\n'a\\tb' = 2", [.key("a\\tb")], 2),
        ("x = 0\n\"\\u00e9\\U0001F600\" = 1", [.key("é😀")], 2),
        ("'' = 1\n\"a=b\" = 2", [.key("a=b")], 2),
        // Arrays of tables.
        ("[[s]]\na = 1\n[[s]]\n[[s]]\na = 3", [.key("s"), .index(2), .key("a")], 5),
        ("[[s]]\na = 1\n[[s]]\n[[s]]\na = 3", [.key("s"), .index(1)], 3),
        ("[[s]]\na = 1\n[[s]]\n[[s]]\na = 3", [.key("s")], 1),
        ("[[s]]\n[s.t]\na = 1\n[[s]]\n[s.t]\na = 2", [.key("s"), .index(1), .key("t"), .key("a")], 6),
        ("[[s]]\n[[s.u]]\n[[s]]\n[[s.u]]\n[[s.u]]\na = 1", [.key("s"), .index(1), .key("u"), .index(1), .key("a")], 6),
        // Arrays and inline tables.
        ("a = [1,\n 2, # 3\n 3,\n]\nb = 1", [.key("a"), .index(2)], 3),
        ("a = [1,\n 2, # 3\n 3,\n]\nb = 1", [.key("b")], 5),
        ("a = [[1], [\n2,\n3]]", [.key("a"), .index(1), .index(1)], 3),
        ("a = { b = 1, c.d = { e = [\n1,\n2] } }\nf = 1", [.key("a"), .key("c"), .key("d"), .key("e"), .index(1)], 3),
        ("a = { b = 1, c.d = { e = [\n1,\n2] } }\nf = 1", [.key("f")], 4),
        ("s = [\n{ a = 1 },\n{ a = 2 }\n]", [.key("s"), .index(1), .key("a")], 3),
        ("a = {}\nb = []\nc = 1", [.key("c")], 3),
        // Multi-line strings.
        ("a = \"\"\"\n[x]\nb = 1\n\"\"\"\nb = 2", [.key("b")], 5),
        ("a = '''\n\"\"\"\n'''\nb = 2", [.key("b")], 4),
        ("a = '''\n''\\'''''\nb = 2", [.key("b")], 3),
        ("a = \"\"\"x\\\"\"\"\"\nb = 2", [.key("b")], 2),
        ("a = \"\"\"\\\n   x \\\\\"\"\"\nb = 2", [.key("b")], 3),
        ("a = \"\"\"x\\\r\n y\"\"\"\r\nb = 2", [.key("b")], 3),
        ("a = [\"\"\"\n\n\"\"\", 'x',\n 1979-05-27 07:32:00Z]\nb = +1e5", [.key("a"), .index(2)], 4),
        ("a = [\"\"\"\n\n\"\"\", 'x',\n 1979-05-27 07:32:00Z]\nb = +1e5", [.key("b")], 5),
        // What is not there has the line of what is around it.
        ("[t]\na = 1", [.key("t"), .key("z"), .index(3)], 1),
    ]

    @Test(arguments: cases)
    func eachKeyHasItsLine(text: String, path: [TOMLStep], line: Int) throws {
        // The texts are TOML, or the test would not show much.
        _ = try TOMLTable(string: text)
        #expect(try TOMLScanner.positions(in: Array(text.utf8)).line(of: path) == line)
    }

    @Test func aKeyOutsideTheTextHasNoLine() throws {
        #expect(try TOMLScanner.positions(in: Array("a = 1".utf8)).line(of: [.key("b")]) == nil)
    }

    @Test(arguments: cases)
    func everyKeyThatTOMLKitFindsIsThere(text: String, path: [TOMLStep], line: Int) throws {
        #expect(try keysWithoutPosition(in: text).isEmpty)
    }

    @Test func orderIsTheTexts() throws {
        let positions = try TOMLScanner.positions(in: Array("t = { z = 1, a = 2 }\nb = 1".utf8))
        let orders = try [[TOMLStep.key("t"), .key("z")], [.key("t"), .key("a")], [.key("b")]].map {
            try #require(positions.order(of: $0))
        }
        #expect(orders == orders.sorted())
    }

    @Test(arguments: [
        ("a", 1), ("a = ", 1), ("\n= 1", 2), ("[a", 1), ("[[a]\n", 1), ("a = \"x\n\"", 1), ("a = 'x\n'", 1),
        ("\na = \"\"\"\n\n", 2), ("[=]", 1), ("[\ra]", 1), ("a = [}", 1), ("a = [\u{2028}]", 1), ("[[ ]]", 1),
        ("[ [a]]", 1), ("\"\"\"a\"\"\" = 1", 1), ("a = [1\n2]", 2), ("a = 1\nb = { c = 1", 2), ("a = \"\\q\"", 1),
        ("a = 1 # x\nb = 'x' c", 2),
        ("a = \"\\uD800\"", 1), ("a = \"\\u12", 1),
    ])
    func brokenTextsEndTheWalk(text: String, line: Int) {
        #expect { try TOMLScanner.positions(in: Array(text.utf8)) } throws: { error in
            let fault = error as? TOMLScanner.Fault
            return fault?.line == line
        }
    }

    @Test(arguments: [
        "a\0 = 1", "a = \"\\u0000\"", "\"a\\U00000000\" = 1", "a = \"\"\"\\u0000\"\"\"",
        "a" + String(repeating: ".a", count: 16) + " = 1", "[a" + String(repeating: ".a", count: 16) + "]",
        "a = " + String(repeating: "[", count: 17), "a = " + String(repeating: "{ a = ", count: 17),
        "a = " + String(repeating: "[", count: 500_000), "a" + String(repeating: ".a", count: 500_000) + " = 1",
    ])
    func boundsAreKept(text: String) {
        #expect { try TOMLScanner.positions(in: Array(text.utf8)) } throws: { error in
            ["a NUL", "a key of more", "more than 16"].contains {
                (error as? TOMLScanner.Fault)?.message.hasPrefix($0) == true
            }
        }
    }
}
