import Configuration
import Keystrokes
import ListenerSocket
import LocalHTTP
import Loyalty
import Outbox
import Routing
import Scanners
import Testing
import Till

@Suite struct ConfigurationTests {
    @Test(arguments: ["", "# nothing but a comment\n", "\u{FEFF}", "\r\n\r\n", "scanner = []\nroute = []\n"])
    func nothingGivenIsTheDefaults(text: String) throws {
        #expect(try parse(text) == Configuration())
    }

    @Test func everyKeyIsRead() throws {
        let configuration = try parse(
            #"""
            [endpoint]
            account    = "my-shop_1.x"
            token_file = "/run/token"
            member_url = "http://127.0.0.1:8080/m/{member_id}?t={token}&a={account}"
            purchase_url = "http://127.0.0.1:8080/i?t={token}&a={account}"
            timeout_ms = 60000
            locale     = "es-MX"
            headers    = { "X-Second" = "2 2", Agora-Version = "8.9.3" }
            ca_file    = "/etc/ssl/shop.pem"

            [mapping]
            member_id = ["MemberId", "data.id"]
            name      = ["data.attributes.name"]
            balance   = ["points"]
            name_pattern    = '^Hola (?<name>\w+)'
            balance_pattern = '(?<balance>\d+)'

            [socket]
            path  = "/tmp/s.sock"
            group = ""
            mode  = "600"

            [[scanner]]
            vendor  = "0x0C2E"
            product = "ABCD"
            serial  = "S1"
            name    = "*Scan*"
            port    = "pci-*"
            use     = false
            layout  = "es(cat)"
            end     = ["tab"]
            prefix  = "\u0002"
            suffix  = "#"
            aim     = "always"
            gap_ms  = 20
            pass_keys = ["f8", "Ctrl+RightBrace", "ctrl+alt+f4"]

            [pass]
            wait_ms = 50

            [till]
            listen      = "127.0.0.9:1"
            token_file  = "/run/till"
            answer_ms   = 100
            queued_text = "Más tarde"

            [outbox]
            path         = "/srv/o.db"
            max_age_days = 1
            max_count    = 100
            max_mb       = 8

            [[scanner]]
            name = "x"
            end = []

            [[route]]
            name    = "card"
            pattern = "^OW-(?<id>[0-9]{8})$"
            lookup  = false
            pass    = "never"

            [[route]]

            [[route]]
            symbology = "QR Code"
            scanner   = "0c2e:*"
            id        = ["query:id", "segment:-1", "json:a.b", "verify_check_digit", "strip_check_digit", "pad:8", "upper", "lower"]
            pass      = "not_found"

            [[route]]
            name      = "products"
            symbology = ["ean-13", "EAN-8"]
            lookup    = false
            pass      = "always"
            """#)
        var expected = Configuration()
        expected.endpoint = EndpointSettings(
            account: "my-shop_1.x", tokenFile: "/run/token",
            memberURL: "http://127.0.0.1:8080/m/{member_id}?t={token}&a={account}",
            purchaseURL: "http://127.0.0.1:8080/i?t={token}&a={account}", timeoutMilliseconds: 60_000,
            locale: "es-MX",
            headers: [.init(name: "X-Second", value: "2 2"), .init(name: "Agora-Version", value: "8.9.3")],
            caFile: "/etc/ssl/shop.pem")
        expected.mapping = MappingSettings(
            memberID: ["MemberId", "data.id"], name: ["data.attributes.name"], balance: ["points"],
            namePattern: #"^Hola (?<name>\w+)"#, balancePattern: #"(?<balance>\d+)"#)
        expected.socket = SocketSettings(path: "/tmp/s.sock", group: "", mode: 0o600)
        expected.pass.waitMilliseconds = 50
        expected.till = TillSettings(listen: try #require(LoopbackAddress("127.0.0.9:1")))
        expected.till?.tokenFile = "/run/till"
        expected.answers.answerMilliseconds = 100
        expected.answers.queuedText = "Más tarde"
        expected.outbox.path = "/srv/o.db"
        expected.outbox.maximumAgeDays = 1
        expected.outbox.maximumCount = 100
        expected.outbox.maximumMegabytes = 8
        var namedKeys = NamedKeys()
        namedKeys.allow(66)
        namedKeys.allow(27, with: .control)
        namedKeys.allow(62, with: [.alt, .control])
        expected.scanners = [
            ScannerRule(
                vendor: "0c2e", product: "abcd", serial: "S1", name: "*Scan*", port: "pci-*", use: false,
                decoding: DecodingSettings(
                    layout: "es(cat)", endKeys: [.tab], prefix: "\u{2}", suffix: "#", aim: .always, gapMilliseconds: 20,
                    namedKeys: namedKeys)
            ),
            ScannerRule(name: "x", decoding: DecodingSettings(endKeys: [])),
        ]
        expected.routes = [
            Route(name: "card", pattern: "^OW-(?<id>[0-9]{8})$", lookup: false, pass: .never), Route(name: "route-2"),
            Route(
                name: "route-3", symbologies: ["QR Code"], scanner: "0c2e:*",
                id: [
                    .query("id"), .segment(-1), .json(["a", "b"]), .verifyCheckDigit, .stripCheckDigit, .pad(8), .upper,
                    .lower,
                ], pass: .notFound),
            Route(name: "products", symbologies: ["ean-13", "EAN-8"], lookup: false, pass: .always),
        ]
        #expect(configuration == expected)
    }

    /// The same settings in TOML's other spellings.
    @Test(arguments: [
        "endpoint.account = 'a'\nendpoint.headers.X-B = 'b'\nscanner = [{ vendor = '0c2e' }]\n",
        "endpoint = { account = 'a', headers.X-B = 'b' }\n[[scanner]]\nvendor = '0c2e'",
        "[endpoint.headers]\nX-B = 'b'\n[endpoint]\naccount = '''\na'''\n[[scanner]]\nvendor = '0c2e'\n",
        """
        ["endpoint"]\r
        "acc\\u006funt" = "a"\r
        ['endpoint' . headers]\r
        X-B = 'b'\r
        [[ scanner ]]\r
        vendor = \"\"\"0c\\
           2e\"\"\"

        """,
    ])
    func otherSpellingsMeanTheSame(text: String) throws {
        var expected = Configuration()
        expected.endpoint = EndpointSettings(account: "a", headers: [.init(name: "X-B", value: "b")])
        expected.scanners = [ScannerRule(vendor: "0c2e")]
        #expect(try parse(text) == expected)
    }

    @Test func endpointHoldsTheDefaultsBesideItsAccount() throws {
        #expect(try parse("[endpoint]\naccount = 'a'").endpoint == EndpointSettings(account: "a"))
    }

    @Test(arguments: [
        ("locale", "''"), ("locale", "'es'"), ("locale", "'ast-ES'"), ("locale", "'es-419'"), ("ca_file", "''"),
        ("timeout_ms", "100"), ("timeout_ms", "0x64"), ("headers", "{}"),
    ])
    func valuesAtTheirBoundsAreTaken(key: String, value: String) throws {
        #expect(try parse("[endpoint]\naccount = 'a'\n\(key) = \(value)").endpoint?.account == "a")
    }

    @Test func listsAtTheirBoundsAreTaken() throws {
        let path = "'a.b.c.d.e.f.g.h'"
        let text =
            "mapping.name = [\(Array(repeating: path, count: 16).joined(separator: ","))]\n"
            + String(repeating: "[[scanner]]\nname='x'\n", count: 64) + String(repeating: "[[route]]\n", count: 256)
        let configuration = try parse(text)
        #expect(configuration.mapping.name.count == 16)
        #expect(configuration.scanners.count == 64)
        #expect(configuration.routes.last == Route(name: "route-256"))
    }
}
