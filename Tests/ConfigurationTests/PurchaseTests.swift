import Configuration
import LocalHTTP
import Loyalty
import Outbox
import Testing
import Till

/// What the configuration says of purchases: `[till]`, `[outbox]` and `purchase_url`.
@Suite struct PurchaseTests {
    typealias Case = ConfigurationErrorTests.Case

    private static let account = "[endpoint]\naccount = 'a'\n"

    static let till =
        [
            "0.0.0.0:80", "192.168.1.2:1", "localhost", "127.0.0.1", "127.0.0.1:", ":8787", "8787", "", "127.0.0.1:0",
            "127.0.0.1:70000", "127.0.0.1:65536", "127.0.0.1:08", "127.0.0.1:-1", "127.0.0.1:http", "127.1:80",
            "127.0.0.256:80", "127.0.0.01:80", "128.0.0.1:80", "::1:8787", "[::1]", "[::1]:0", "[::]:80", "[::2]:80",
            "[::ffff:127.0.0.1]:80", "till.example:80", "localhost.evil:80", " 127.0.0.1:80", "127.0.0.1:80 ",
            "http://127.0.0.1:80", "127.0.0.1:80/",
        ].map {
            Case("[till]\nlisten = '\($0)'\n", 2, .badValue, "[till] listen must be a loopback address with a port")
        } + [
            Case("[till]\nlisten = '\(String(repeating: "1", count: 65))'\n", 2, .badValue, "at most 64 bytes"),
            Case("[till]\nlisten = 8787\n", 2, .wrongType, "[till] listen must be a string, not an integer"),
            Case("[till]\ntoken_file = 'token'\n", 2, .badValue, "[till] token_file must be the path of the file"),
            Case("[till]\ntoken_file = ''\n", 2, .badValue, "from / on"),
            Case("[till]\ntoken_file = \"/a\\nb\"\n", 2, .badValue, "from / on"),
            Case(
                "[till]\ntoken_file = '/\(String(repeating: "a", count: 4095))'\n", 2, .badValue, "at most 4095 bytes"),
            Case("[till]\ntoken_file = []\n", 2, .wrongType, "must be a string, not an array"),
            Case("[till]\ntoken = 'x'\n", 2, .unknownKey, "name that in token_file"),
            Case("[till]\nanswer_ms = 99\n", 2, .badValue, "[till] answer_ms must be an integer from 100 to 30000"),
            Case("[till]\nanswer_ms = 30001\n", 2, .badValue, "from 100 to 30000"),
            Case("[till]\nanswer_ms = '1'\n", 2, .wrongType, "from 100 to 30000, not a string"),
            Case(
                "[till]\nqueued_text = '\(String(repeating: "é", count: 513))'\n", 2, .badValue,
                "[till] queued_text must be at most 1024 bytes"),
            Case("[till]\nqueued_text = true\n", 2, .wrongType, "must be a string, not a bool"),
            Case("[till]\nqueued = ''\n", 2, .unknownKey, "did you mean queued_text?"),
            Case("[[till]]\n", 1, .wrongType, "must be a table, written [till], not an array"),
            Case("till = 1\n", 1, .wrongType, "must be a table, written [till], not an integer"),
        ]

    static let outbox = [
        Case("[outbox]\npath = 'o.db'\n", 2, .badValue, "[outbox] path must be the path of the database's file"),
        Case("[outbox]\npath = ''\n", 2, .badValue, "from / on"),
        Case("[outbox]\npath = '/'\n", 2, .badValue, "from / on"),
        Case("[outbox]\npath = '/a/'\n", 2, .badValue, "from / on"),
        Case("[outbox]\npath = \"/a\\u0007\"\n", 2, .badValue, "from / on"),
        Case("[outbox]\npath = '/\(String(repeating: "a", count: 4000))'\n", 2, .badValue, "from / on"),
        Case("[outbox]\npath = '/\(String(repeating: "a", count: 4095))'\n", 2, .badValue, "at most 4095 bytes"),
        Case("[outbox]\npath = 1\n", 2, .wrongType, "must be a string, not an integer"),
        Case("[outbox]\nmax_age_days = 0\n", 2, .badValue, "[outbox] max_age_days must be an integer from 1 to 3650"),
        Case("[outbox]\n\nmax_age_days = 3651\n", 3, .badValue, "from 1 to 3650"),
        Case("[outbox]\nmax_age_days = 1.5\n", 2, .wrongType, "not a floating-point number"),
        Case("[outbox]\nmax_count = 99\n", 2, .badValue, "[outbox] max_count must be an integer from 100 to 1000000"),
        Case("[outbox]\nmax_count = 1000001\n", 2, .badValue, "from 100 to 1000000"),
        Case("[outbox]\nmax_mb = 7\n", 2, .badValue, "[outbox] max_mb must be an integer from 8 to 65536"),
        Case("[outbox]\nmax_mb = 65537\n", 2, .badValue, "from 8 to 65536"),
        Case("[outbox]\nmax_mb = -9223372036854775808\n", 2, .badValue, "from 8 to 65536"),
        Case("[outbox]\nmax_size = 8\n", 2, .unknownKey, "(allowed: path, max_age_days, max_count, max_mb)"),
        Case("outbox = []\n", 1, .wrongType, "must be a table, written [outbox], not an array"),
    ]

    static let address = [
        Case("\(account)purchase_url = ''\n", 3, .badValue, "[endpoint] purchase_url must begin with https://"),
        Case("\(account)purchase_url = 'http://h/i'\n", 3, .badValue, "only goes to localhost"),
        Case("\(account)purchase_url = 'https://h/{member_id}'\n", 3, .badValue, "must not hold {member_id}"),
        Case("\(account)purchase_url = 'https://h/{x}'\n", 3, .badValue, "no other braces"),
        Case("\(account)purchase_url = 'https://u:p@h/'\n", 3, .badValue, "user's name"),
        Case("\(account)purchase_url = 7\n", 3, .wrongType, "must be a string, not an integer"),
        Case("[endpoint]\npurchase_url = 'x'\naccount = 'a'\n", 2, .badValue, "purchase_url must begin with"),
        // Nobody knows where the till's purchases would go.
        Case(
            "\(account)member_url = 'https://h/{member_id}'\n\n[till]\n", 5, .missingKey,
            "[till] needs purchase_url in [endpoint], where member_url is not the provider's own"),
        Case(
            "[till]\nanswer_ms = 100\n\(account)member_url = 'https://h/{member_id}'\n", 1, .missingKey,
            "[till] needs purchase_url"),
    ]

    @Test(arguments: [till, outbox, address].flatMap(\.self))
    func eachFaultIsNamedWithItsLine(example: Case) throws {
        let fault = try #require(faultOfText(example.text))
        #expect(fault.line == example.line)
        #expect(fault.code == example.code)
        #expect(fault.message.contains(example.words), "\(fault.message)")
        #expect(fault.message.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
    }

    @Test func thereIsNoTillUnlessItIsGiven() throws {
        #expect(try parse(Self.account).till == nil)
        let till = try #require(try parse("[till]\n").till)
        #expect(till == TillSettings(listen: try #require(LoopbackAddress("127.0.0.1:8787"))))
        #expect(till.tokenFile == "/etc/scanbridge/till-token")
        let configuration = try parse("[outbox]\n")
        #expect(configuration.outbox == OutboxSettings())
        #expect(configuration.outbox.path == "/var/lib/scanbridge/outbox.db")
        #expect(configuration.answers.answerMilliseconds == 3000)
    }

    @Test(arguments: [
        ("127.0.0.1:1", "127.0.0.1:1"), ("127.255.255.255:65535", "127.255.255.255:65535"),
        ("localhost:80", "127.0.0.1:80"), ("LOCALHOST:80", "127.0.0.1:80"), ("[::1]:8787", "[::1]:8787"),
    ])
    func loopbackAddressesAreTaken(written: String, text: String) throws {
        #expect(try parse("[till]\nlisten = '\(written)'\n").till?.listen.text == text)
    }

    @Test(arguments: [
        ("[till]\nanswer_ms = 30000\n", "[till]\nanswer_ms = 100\n"),
        ("[outbox]\nmax_age_days = 3650\nmax_count = 1000000\nmax_mb = 65536\n", "[outbox]\nmax_age_days = 1\n"),
        ("[outbox]\npath = '/\(String(repeating: "a", count: 3999))'\n", "[outbox]\npath = '/a b/é'\n"),
    ])
    func valuesAtTheirBoundsAreTaken(one: String, other: String) throws {
        #expect(try parse(one) != parse(other))
    }

    /// The text that the receipt has is in the shop's language, whatever the order of the tables.
    @Test(arguments: [
        ("", "Your points"), ("en", "Your points"), ("en-GB", "Your points"), ("ast-ES", "Your points"),
        ("es", "Sus puntos"), ("es-MX", "Sus puntos"), ("es-419", "Sus puntos"), ("ES", "Sus puntos"),
        ("ca", "Els seus"), ("de-AT", "Ihre Punkte"), ("fr", "Vos points"), ("gl", "Os seus"), ("it", "I suoi"),
        ("pt-BR", "Os seus"),
    ])
    func theTextFollowsTheLocale(locale: String, beginning: String) throws {
        let endpoint = "\(Self.account)locale = '\(locale)'\n"
        for text in [endpoint, "\(endpoint)[till]\n", "[till]\n\(endpoint)"] {
            #expect(try parse(text).answers.queuedText.hasPrefix(beginning))
        }
        #expect(try parse("[till]\nqueued_text = 'x'\n\(endpoint)").answers.queuedText == "x")
        #expect(try parse("[till]\nqueued_text = ''\n\(endpoint)").answers.queuedText == "")
    }

    /// What stands for both addresses, and where purchases then go.
    @Test(
        arguments: [
            ("", EndpointSettings.defaultPurchaseURL),
            ("member_url = '\(EndpointSettings.defaultMemberURL)'", EndpointSettings.defaultPurchaseURL),
            ("member_url = 'https://h/{member_id}'", nil),
            ("member_url = '\(EndpointSettings.defaultMemberURL)&x=1'", nil),
            ("member_url = 'https://h/{member_id}'\npurchase_url = 'https://p/'", "https://p/"),
            ("purchase_url = 'http://[::1]/{account}?{token}'", "http://[::1]/{account}?{token}"),
        ] as [(String, String?)])
    func purchasesGoWhereTheMembersAreOrWhereTheyAreSent(lines: String, url: String?) throws {
        let endpoint = "\(Self.account)\(lines)\n"
        #expect(try parse(endpoint).endpoint?.purchaseURL == url)
        // Only a till needs it.
        #expect((faultOfText("\(endpoint)[till]\n") == nil) == (url != nil))
        #expect(try parse("\(endpoint)[outbox]\n").till == nil)
    }

    @Test func aTillWaitsForTheAccountToo() throws {
        let configuration = try parse("[endpoint]\nlocale = 'es'\n[till]\n", needsAccount: false)
        #expect(configuration.endpoint == nil)
        #expect(configuration.till != nil)
    }
}
