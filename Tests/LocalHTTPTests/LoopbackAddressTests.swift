import LocalHTTP
import Testing

@Suite struct LoopbackAddressTests {
    @Test(arguments: [
        ("127.0.0.1:8787", "127.0.0.1:8787"), ("127.255.0.9:0", "127.255.0.9:0"), ("[::1]:65535", "[::1]:65535"),
        ("localhost:80", "127.0.0.1:80"), ("LocalHost:1", "127.0.0.1:1"),
    ])
    func isRead(text: String, canonical: String) throws {
        let address = try #require(LoopbackAddress(text))
        #expect(address.text == canonical)
        #expect(LoopbackAddress(address.text) == address)
    }

    @Test(arguments: [
        "", ":", "8787", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:080", "127.0.0.1:+1", "127.0.0.1:-1",
        "127.0.0.1:1 ", " 127.0.0.1:1", "127.0.0:1", "127.0.0.1.1:1", "127.0.0.256:1", "127.0.0.01:1", "127..0.1:1",
        "128.0.0.1:1", "0.0.0.0:1", "10.0.0.1:1", "[::]:1", "::1:1", "[::2]:1", "localhost.:1", "example.org:1",
        "localhost:1:1", "127.0.0.1:１", "127.0.0.1:999999999999",
    ])
    func isNotRead(text: String) {
        #expect(LoopbackAddress(text) == nil)
    }

    @Test(arguments: ["127.0.0.5:8787", "localhost:8787", "LOCALHOST:8787", "[::1]:8787"])
    func ownHosts(value: String) throws {
        let address = try #require(LoopbackAddress("127.0.0.5:0"))
        #expect(address.isOwnHost(value, port: 8787))
        #expect(address.isOwnOrigin("http://" + value, port: 8787))
    }

    static let foreign = [
        "", "127.0.0.5", "localhost", "127.0.0.1:8787", "127.0.0.5:80", "127.0.0.5:08787", "127.0.0.5:8787 ",
        "127.0.0.5.:8787", "localhost.:8787", "127.0.0.5:8787:8787", "evil.example:8787", "127.0.0.5.evil.example:8787",
        "localhost.evil.example:8787", "x@127.0.0.5:8787", "127.0.0.5:8787@evil.example", "127.0.0.5:8787/", "::1:8787",
        "[::1]", "[::ffff:127.0.0.5]:8787", "0x7f.0.0.5:8787", "2130706437:8787", "127.5:8787", "localhost\0:8787",
        "127.0.0.5:8787, evil.example", "0.0.0.0:8787", "ｌocalhost:8787", "loca\u{212A}host:8787",
    ]

    @Test(arguments: foreign)
    func foreignHosts(value: String) throws {
        let address = try #require(LoopbackAddress("127.0.0.5:0"))
        #expect(!address.isOwnHost(value, port: 8787))
        #expect(!address.isOwnOrigin("http://" + value, port: 8787))
    }

    @Test(arguments: [
        "null", "", "localhost:8787", "https://localhost:8787", "http:/localhost:8787", "file://", "http://",
        "http://localhost:8787/", "chrome-extension://localhost:8787", "http://localhost:8787 http://evil.example",
    ])
    func foreignOrigins(value: String) throws {
        let address = try #require(LoopbackAddress("127.0.0.1:8787"))
        #expect(!address.isOwnOrigin(value, port: 8787))
    }

    @Test func aPortOf80MayBeLeftOut() throws {
        let address = try #require(LoopbackAddress("127.0.0.1:80"))
        #expect(address.isOwnHost("localhost", port: 80))
        #expect(address.isOwnHost("127.0.0.1", port: 80))
        #expect(address.isOwnHost("[::1]:80", port: 80))
        #expect(address.isOwnOrigin("http://127.0.0.1", port: 80))
        #expect(!address.isOwnHost("localhost:", port: 80))
    }
}
