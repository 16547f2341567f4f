import Configuration
import Testing

@Suite struct ConfigurationErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var line: Int
        var code: ConfigurationError.Code
        /// A part of the message that helps.
        var words: String

        init(_ text: String, _ line: Int, _ code: ConfigurationError.Code, _ words: String) {
            (self.text, self.line, self.code, self.words) = (text, line, code, words)
        }

        var testDescription: String { "\(code.rawValue): \(words)" }
    }

    static let syntax = [
        Case("[endpoint]\naccount = 'a'\naccount = 'b'\n", 3, .syntax, "cannot redefine existing string 'account'"),
        Case("[socket]\n[mapping]\n[socket]\n", 3, .syntax, "cannot redefine existing table 'socket'"),
        Case("[endpoint]\naccount = a\n", 2, .syntax, "value"),
        Case("[endpoint\n", 1, .syntax, "expected ']'"),
        Case("\n\naccount", 3, .syntax, "expected '='"),
        Case("[endpoint]\ntimeout_ms = 99999999999999999999\n", 2, .syntax, "not representable in 64 bits"),
        Case("[endpoint]\naccount = \"a\\u0000b\"\n", 2, .syntax, "a NUL character is not allowed"),
        Case("[socket]\n\"path\\u0000\" = 'x'\n", 2, .syntax, "a NUL character is not allowed"),
        Case("[=]\n", 1, .syntax, "expected a key"),
        Case("[endpoint]\nheaders = { A = 'x',\nB = 'y' }\n", 2, .syntax, "expected key or closing '}', saw '\\n'"),
        Case("[endpoint]\naccount = 'a\u{1}b'\n", 2, .syntax, "control characters"),
        Case("[socket]\n\0", 2, .syntax, "a NUL character is not allowed"),
        Case("a" + String(repeating: ".a", count: 100_000) + " = 1\n?", 1, .syntax, "more than 16 parts"),
        Case("\na = " + String(repeating: "[", count: 100_000), 2, .syntax, "more than 16 levels"),
        Case("\na = " + String(repeating: "{a=", count: 100_000), 2, .syntax, "more than 16 levels"),
    ]

    static let unknown = [
        Case(
            "[endpoint]\nacount = 'a'\n", 2, .unknownKey, "[endpoint] acount is not a known key; did you mean account?"),
        Case("[endpoint]\naccount = 'a'\ntimeout = 1\n", 3, .unknownKey, "did you mean timeout_ms?"),
        Case("[endpoint]\nToken-File = 'a'\n", 2, .unknownKey, "did you mean token_file?"),
        Case("[endpoint]\ntoken = 'a'\n", 2, .unknownKey, "name that in token_file"),
        Case(
            "[mapping]\n\n\nzzz = 1\naaa = 1\n", 4, .unknownKey,
            "zzz is not a known key (allowed: member_id, name, balance,"),
        Case(
            "account = 'a'\n", 1, .unknownKey,
            "account is not a known table (allowed: endpoint, mapping, socket, pass, till, outbox, scanner, route)"),
        Case("[[scaner]]\n", 1, .unknownKey, "did you mean scanner?"),
        Case(
            "[[route]]\n[[route]]\npas = 'never'\n", 3, .unknownKey,
            "[[route]] 2 pas is not a known key; did you mean pass?"),
        Case("[socket.extra]\na = 1\n", 1, .unknownKey, "[socket] extra"),
        Case("[socket]\n\"12|\\u001b[31mabc\" = 1\n", 2, .unknownKey, "[socket] this is not a known key"),
    ]

    static let types = [
        Case("endpoint = 5\n", 1, .wrongType, "endpoint must be a table, written [endpoint], not an integer"),
        Case("[[endpoint]]\naccount = 'a'\n", 1, .wrongType, "must be a table, written [endpoint], not an array"),
        Case("[scanner]\nvendor = '0c2e'\n", 1, .wrongType, "written [[scanner]] with double brackets, not a table"),
        Case("route = [{},\n1]\n", 2, .wrongType, "double brackets, and element 2 is an integer"),
        Case("[endpoint]\naccount = 5\n", 2, .wrongType, "[endpoint] account must be a string, not an integer"),
        Case(
            "[endpoint]\naccount = 'a'\ntimeout_ms = '4000'\n", 3, .wrongType,
            "an integer from 100 to 60000, not a string"),
        Case("[endpoint]\naccount = 'a'\ntimeout_ms = 4e3\n", 3, .wrongType, "not a floating-point number"),
        Case("[endpoint]\naccount = 1979-05-27\n", 2, .wrongType, "must be a string, not a date"),
        Case("[endpoint]\naccount = 'a'\nheaders = []\n", 3, .wrongType, "must be a table of strings, not an array"),
        Case(
            "[endpoint]\naccount = 'a'\n[endpoint.headers]\nA = 'a'\nB = 1\n", 5, .wrongType, "each value is a string"),
        Case("[mapping]\nname = 'a'\n", 2, .wrongType, "must be an array of strings, not a string"),
        Case("[mapping]\nname = ['a',\n 'b',\n true]\n", 4, .wrongType, "an array of strings, and element 3 is a bool"),
        Case("[socket]\nmode = 0o660\n", 2, .wrongType, "[socket] mode must be a string, not an integer"),
        Case("[[scanner]]\nvendor = 0x0c2e\n", 2, .wrongType, "[[scanner]] 1 vendor must be a string"),
        Case("[[scanner]]\nname = 'a'\nuse = 'no'\n", 3, .wrongType, "must be true or false, not a string"),
        Case("[[route]]\nlookup = 1\n", 2, .wrongType, "must be true or false, not an integer"),
    ]

    static let endpoint = [
        Case("\n[endpoint]\ntimeout_ms = 200\n", 2, .missingKey, "[endpoint] needs account"),
        Case("\n\nendpoint.locale = 'es'\n", 3, .missingKey, "[endpoint] needs account"),
        Case("[endpoint]\naccount = ''\n", 2, .badValue, "must be 1 to 128 letters"),
        Case("[endpoint]\naccount = 'a/b'\n", 2, .badValue, "must be 1 to 128 letters"),
        Case("[endpoint]\naccount = 'á'\n", 2, .badValue, "must be 1 to 128 letters"),
        Case("[endpoint]\naccount = '\(String(repeating: "a", count: 129))'\n", 2, .badValue, "at most 128 bytes"),
        Case("[endpoint]\naccount = 'a'\ntoken_file = 'token'\n", 3, .badValue, "from / on"),
        Case("[endpoint]\naccount = 'a'\ntoken_file = ''\n", 3, .badValue, "from / on"),
        Case("[endpoint]\naccount = 'a'\ntoken_file = \"/a\\nb\"\n", 3, .badValue, "from / on"),
        Case("[endpoint]\naccount = 'a'\ntimeout_ms = 99\n", 3, .badValue, "must be an integer from 100 to 60000"),
        Case("[endpoint]\naccount = 'a'\ntimeout_ms = 60001\n", 3, .badValue, "must be an integer from 100 to 60000"),
        Case("[endpoint]\naccount = 'a'\ntimeout_ms = -9223372036854775808\n", 3, .badValue, "must be an integer"),
        Case("[endpoint]\naccount = 'a'\nlocale = 'es_ES'\n", 3, .badValue, "such as \"es-MX\""),
        Case("[endpoint]\naccount = 'a'\nlocale = 'es-'\n", 3, .badValue, "such as \"es-MX\""),
        Case("[endpoint]\naccount = 'a'\nlocale = 'es-ES-x'\n", 3, .badValue, "such as \"es-MX\""),
        Case("[endpoint]\naccount = 'a'\nlocale = 'e1'\n", 3, .badValue, "such as \"es-MX\""),
        Case(
            "[endpoint]\naccount = 'a'\nlocale = 'xx'\n", 3, .badValue, "a language whose numbers are known (an, ast,"),
        Case("[endpoint]\naccount = 'a'\nlocale = 'gsw-CH'\n", 3, .badValue, "a language whose numbers are known"),
        Case("[endpoint]\naccount = 'a'\nca_file = 'ca.pem'\n", 3, .badValue, "from / on"),
        Case("[endpoint]\naccount = 'a'\nheaders = { 'a b' = '' }\n", 3, .badValue, "names of HTTP headers"),
        Case("[endpoint]\naccount = 'a'\nheaders = { '' = '' }\n", 3, .badValue, "names of HTTP headers"),
        Case("[endpoint]\naccount = 'a'\nheaders = { HOST = 'x' }\n", 3, .badValue, "must not hold Host"),
        Case(
            "[endpoint]\naccount = 'a'\n[endpoint.headers]\nA = 'x'\ncontent-length = '1'\n", 5, .badValue,
            "must not hold"),
        Case("[endpoint]\naccount = 'a'\n[endpoint.headers]\nA = 'x'\na = 'x'\n", 5, .badValue, "twice"),
        Case("[endpoint]\naccount = 'a'\nheaders = { A = \"x\\r\\nB: y\" }\n", 3, .badValue, "without line breaks"),
        Case("[endpoint]\naccount = 'a'\nheaders = { A = \"x\\ty\" }\n", 3, .badValue, "without line breaks, tabs"),
        Case("[endpoint]\naccount = 'a'\n[endpoint.headers]\nA = 'x'\nExpect = ''\n", 5, .badValue, "must not hold"),
        Case(
            "endpoint.account = 'a'\n" + (0...32).map { "endpoint.headers.a\($0) = ''\n" }.joined(), 2, .badValue,
            "at most 32 entries"),
    ]

    static let mapping = [
        Case("[mapping]\nname = ['a',\n'b..c']\n", 3, .badValue, "paths such as"),
        Case("[mapping]\nname = ['']\n", 2, .badValue, "paths such as"),
        Case("[mapping]\nbalance = ['a.b.c.d.e.f.g.h.i']\n", 2, .badValue, "1 to 8 names"),
        Case("[mapping]\nmember_id = [\(String(repeating: "'a',", count: 17))]\n", 2, .badValue, "at most 16 strings"),
        Case("[mapping]\nname_pattern = '(?<name>'\n", 2, .badValue, "at byte 8: missing closing parenthesis"),
        Case("[mapping]\nname_pattern = '(?<balance>.)'\n", 2, .badValue, "must have a group (?<name>…)"),
        Case("[mapping]\nbalance_pattern = '(.)'\n", 2, .badValue, "must have a group (?<balance>…)"),
    ]

    static let socket = [
        Case("[socket]\npath = 'a.sock'\n", 2, .badValue, "from / on, of at most 107 bytes"),
        Case("[socket]\npath = '/\(String(repeating: "a", count: 107))'\n", 2, .badValue, "of at most 107 bytes"),
        Case("[socket]\ngroup = 'a b'\n", 2, .badValue, "name of a group"),
        Case("[socket]\nmode = '0888'\n", 2, .badValue, "octal digits"),
        Case("[socket]\nmode = '4755'\n", 2, .badValue, "octal digits"),
        Case("[socket]\nmode = '+660'\n", 2, .badValue, "octal digits"),
        Case("[socket]\nmode = ''\n", 2, .badValue, "octal digits"),
    ]

    static let scanners = [
        Case(
            "[[scanner]]\nname = 'a'\n[[scanner]]\nuse = false\n", 3, .missingKey,
            "[[scanner]] 2 needs at least one of vendor"),
        Case("[[scanner]]\nvendor = 'c2e'\n", 2, .badValue, "four hexadecimal digits"),
        Case("[[scanner]]\nproduct = '0xg204'\n", 2, .badValue, "four hexadecimal digits"),
        Case("[[scanner]]\nproduct = ''\n", 2, .badValue, "four hexadecimal digits"),
        Case("[[scanner]]\nserial = ''\n", 2, .badValue, "must not be empty"),
        Case("[[scanner]]\nname = \"a\\n\"\n", 2, .badValue, "control characters"),
        Case(
            "[[scanner]]\nname = 'a'\nlayout = 'xx'\n", 3, .badValue,
            "such as us, es, fr, de, gb, it, pt, or \"layout(variant)\""),
        Case("[[scanner]]\nname = 'a'\nlayout = ''\n", 3, .badValue, "must be an xkb layout"),
        Case("[[scanner]]\nname = 'a'\nend = ['enter',\n'space']\n", 4, .badValue, "must hold only \"enter\", \"tab\""),
        Case(
            "[[scanner]]\nname = 'a'\nprefix = '\(String(repeating: "é", count: 33))'\n", 3, .badValue,
            "at most 64 bytes"),
        Case("[[scanner]]\nname = 'a'\naim = 'Auto'\n", 3, .badValue, "one of \"auto\", \"always\", \"never\""),
        Case("[[scanner]]\nname = 'a'\ngap_ms = 19\n", 3, .badValue, "from 20 to 10000"),
        Case("[[scanner]]\nname = 'a'\ngap_ms = 10001\n", 3, .badValue, "from 20 to 10000"),
        Case("[[scanner]]\nname = 'a'\npass_keys = ['f8',\n'f99']\n", 4, .badValue, "names of keys such as"),
        Case("[[scanner]]\nname = 'a'\npass_keys = ['power']\n", 3, .badValue, "names of keys such as"),
        Case("[[scanner]]\nname = 'a'\npass_keys = ['super+f4']\n", 3, .badValue, "names of keys such as"),
        Case("[[scanner]]\nname = 'a'\npass_keys = ['ctrl+']\n", 3, .badValue, "names of keys such as"),
        Case("[pass]\nwait_ms = 49\n", 2, .badValue, "from 50 to 10000"),
        Case(String(repeating: "[[scanner]]\nname='a'\n", count: 65), 129, .badValue, "at most 64 times"),
        Case(String(repeating: "[[scanner]]\n", count: 80_000), 65, .badValue, "at most 64 times"),
    ]

    static let routes = [
        Case("[[route]]\nname = ''\n", 2, .badValue, "[[route]] 1 name must not be empty"),
        Case("[[route]]\npattern = 'a(b'\n", 2, .badValue, "at byte 3: missing closing parenthesis"),
        Case("[[route]]\npattern = '\(String(repeating: "a", count: 1025))'\n", 2, .badValue, "at most 1024 bytes"),
        Case("[[route]]\npattern = '(?:a{1,60000}){1,60000}'\n", 2, .badValue, "too large"),
        Case("[[route]]\npass = 'sometimes'\n", 2, .badValue, "one of \"never\", \"always\", \"not_found\""),
        Case(
            "[[route]]\npass = 'not_found'\nlookup = false\n", 2, .badValue,
            "[[route]] 1 pass must not be \"not_found\" with lookup = false"),
        Case("[[route]]\nsymbology = 7\n", 2, .wrongType, "a string or an array of strings, not an integer"),
        Case("[[route]]\nsymbology = ['QR Code',\n7]\n", 3, .wrongType, "and element 2 is an integer"),
        Case("[[route]]\nsymbology = ''\n", 2, .badValue, "must be a name as events have it"),
        Case("[[route]]\nsymbology = [\n'QR Code',\n\"\\u0007\"]\n", 4, .badValue, "or a list of such names"),
        Case(
            "[[route]]\nsymbology = [\(String(repeating: "'x',", count: 33))]\n", 2, .badValue, "at most 32 strings"),
        Case("[[route]]\nscanner = \"a\\u0007\"\n", 2, .badValue, "a glob on a scanner's id"),
        Case("[[route]]\nscanner = '\(String(repeating: "a", count: 257))'\n", 2, .badValue, "at most 256 bytes"),
        Case("[[route]]\nid = 'upper'\n", 2, .wrongType, "an array of strings, not a string"),
        Case(
            "[[route]]\nid = ['upper',\n'padd:8']\n", 3, .badValue,
            "[[route]] 1 id must hold only query:NAME, segment:N"),
        Case("[[route]]\nid = ['pad:129']\n", 2, .badValue, "pad:N (1 to 128)"),
        Case("[[route]]\nid = [\(String(repeating: "'upper',", count: 9))]\n", 2, .badValue, "at most 8 strings"),
        Case(String(repeating: "[[route]]\n", count: 257), 257, .badValue, "at most 256 times"),
    ]

    @Test(arguments: [syntax, unknown, types, endpoint, mapping, socket, scanners, routes].flatMap(\.self))
    func eachFaultIsNamedWithItsLine(example: Case) throws {
        let fault = try #require(faultOfText(example.text))
        #expect(fault.line == example.line)
        #expect(fault.code == example.code)
        #expect(fault.message.contains(example.words), "\(fault.message)")
        #expect(fault.description == "test.toml:\(example.line): \(fault.message)")
        #expect(fault.message.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
    }

    @Test func theErrorHasTheKeyAndItsLine() throws {
        let fault = try #require(faultOfText("[endpoint]\naccount = 'a'\nmember_url = 'http://h/{member_id}'\n"))
        #expect(fault.line == 3)
        #expect(fault.code == .badValue)
        #expect(fault.message.hasPrefix("[endpoint] member_url must begin with https://"))
    }

    @Test func layoutsAreAskedForOnlyInTheRightForm() throws {
        var asked: [String] = []
        for layout in ["../us", "us(", "us)", "(x)", "us()", "us(a)b", "us,es", "us(intl)"] {
            _ = try? Configuration.parse("[[scanner]]\nname='a'\nlayout='\(layout)'", file: "") {
                asked.append($0)
                return true
            }
        }
        #expect(asked == ["us(intl)"])
    }

    /// A token in any place where somebody may have put it by mistake.
    @Test(arguments: [
        "token = 'SECRET'", "token_file = 'SECRET'", "account = '7|SECRET'",
        "member_url = 'https://h/{member_id}?t=SECRET|'",
        "member_url = 'http://h/{member_id}?t=SECRET'", "member_url = 'https://u:SECRET@h/{member_id}'",
        "member_url = https://h/{member_id}?t=SECRET", "headers = { Authorization = \"SECRET\\n\" }",
        "headers = { Authorization = 'SECRET }", "headers = 'SECRET'", "headers = { 'SECRET ' = 'a' }",
        "locale = 'SECRET'",
        "headers = { Authorization = SECRET }", "headers = { SECRET = 'x', SECRET = 'y' }", "SECRET = 'x'",
        "'7|SECRET'",
        "headers = { Authorization = 7|SECRET }", "timeout_ms = 0xSECRET", "ca_file = 'SECRET'",
    ])
    func errorsCiteNoValue(line: String) throws {
        let secret = "9f3b41c2d5e6a7f8091a2b3c4d5e6f708192a3b4c5d6e7f8"
        let text =
            "[endpoint]\n\(line.split(separator: "SECRET", omittingEmptySubsequences: false).joined(separator: secret))\n"
        let fault = try #require(faultOfText(text))
        for start in stride(from: 0, to: secret.count - 8, by: 1) {
            #expect(!fault.description.contains(secret.dropFirst(start).prefix(8)), "\(fault)")
        }
    }
}
