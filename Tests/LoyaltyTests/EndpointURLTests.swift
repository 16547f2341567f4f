import Testing

@testable import Loyalty

@Suite struct MemberURLTests {
    // MARK: Requests

    private func url(_ template: String, _ id: String, token: String = "", account: String = "") throws -> String? {
        guard let id = MemberID(id) else { return nil }
        let url = try EndpointURL(template, .member).filled(id: id, token: Array(token.utf8), account: account)
        return String(decoding: url, as: UTF8.self)
    }

    @Test func theProvidersURLIsFilledIn() throws {
        let filled = try url(EndpointSettings.defaultMemberURL, "3hRXhZ01Kictq", token: "12|aB+c", account: "my shop")
        #expect(
            filled == "https://api.omniwallet.cloud/agora/member/3hRXhZ01Kictq?_token=12%7CaB%2Bc&ow_account=my%20shop")
    }

    @Test(arguments: [
        ("00123", "00123"), ("a-b.c_d~E", "a-b.c_d~E"), ("../../x", "..%2F..%2Fx"), ("a b", "a%20b"),
        ("a?b#c&d", "a%3Fb%23c%26d"),
        ("%2e%2e", "%252e%252e"), ("ñ", "%C3%B1"), ("...", "..."), ("http://x/", "http%3A%2F%2Fx%2F"),
        ("{token}", "%7Btoken%7D"),
    ])
    func idsAreEncoded(_ id: String, _ encoded: String) throws {
        #expect(try url("https://h/{member_id}?t={token}", id, token: "s") == "https://h/\(encoded)?t=s")
    }

    // MARK: Addresses

    @Test(arguments: [
        EndpointSettings.defaultMemberURL, "https://h/{member_id}", "HTTPS://h:65535/{member_id}",
        "https://h?m={member_id}",
        "https://[2001:db8::1]:8443/{member_id}", "http://localhost/{member_id}", "http://LOCALHOST:80/{member_id}",
        "http://127.0.0.1:8080/{member_id}", "http://127.255.0.9/{member_id}", "http://[::1]:1/{member_id}",
        "https://h/{token}/{token}/{account}/{member_id}", "https://h/a%20b/{member_id}?x=[1]&y=a@b",
        "https://1.2.3.4/{member_id}",
    ])
    func goodAddressesAreTaken(url: String) {
        #expect(EndpointSettings.reason(againstMemberURL: url) == nil)
    }

    @Test(arguments: [
        ("", "exactly once"), ("https://h/", "exactly once"), ("https://h/{member_id}/{member_id}", "exactly once"),
        ("https://h/{member_id}?{tokn}", "no other braces"), ("https://h/{member_id}}", "no other braces"),
        ("https://h/{{member_id}}", "no other braces"), ("https://h/{member_id", "no other braces"),
        ("https://h/{member_id}?{}", "no other braces"), ("https://h/{MEMBER_ID}", "no other braces"),
        ("https://h/{member_id} ", "characters of a URL"), ("https://h/{member_id}\n", "characters of a URL"),
        ("https://h/{member_id}?t=1|a", "characters of a URL"), ("https://hé/{member_id}", "characters of a URL"),
        ("https://h\\@evil/{member_id}", "characters of a URL"), ("https://h/%2/{member_id}", "behind each %"),
        ("https://h/{member_id}%", "behind each %"), ("https://h/{member_id}%zz", "behind each %"),
        ("https://h/{member_id}#x", "fragment"), ("https://h#{member_id}", "fragment"),
        ("ftp://h/{member_id}", "must begin with"), ("h/{member_id}", "must begin with"),
        ("https:/h/{member_id}", "must begin with"), ("https:{member_id}", "must begin with"),
        ("file:///{member_id}", "must begin with"), ("://h/{member_id}", "must begin with"),
        ("https://u@h/{member_id}", "user's name"), ("https://u:p@h/{member_id}", "user's name"),
        ("http://localhost@evil.com/{member_id}", "user's name"),
        ("http://127.0.0.1:80@evil/{member_id}", "user's name"),
        ("https://{member_id}", "behind the host"), ("https://{account}.h/{member_id}", "behind the host"),
        ("https://h{member_id}", "behind the host"), ("https://h:{token}/{member_id}", "behind the host"),
        ("https:///{member_id}", "must name a host"), ("https://?{member_id}", "must name a host"),
        ("https://:80/{member_id}", "must name a host"), ("https://h:/{member_id}", "must name a host"),
        ("https://h:0/{member_id}", "must name a host"), ("https://h:65536/{member_id}", "must name a host"),
        ("https://h:8a/{member_id}", "must name a host"), ("https://[::1/{member_id}", "must name a host"),
        ("https://[]/{member_id}", "must name a host"), ("https://[::1]x/{member_id}", "must name a host"),
        ("https://h%41/{member_id}", "must name a host"), ("https://a,b/{member_id}", "must name a host"),
        ("http://h/{member_id}", "only goes to localhost"),
        ("http://localhost.evil.com/{member_id}", "only goes to localhost"),
        ("http://127.0.0.1.evil.com/{member_id}", "only goes to localhost"),
        ("http://127.1/{member_id}", "only goes to"),
        ("http://127.0.0.256/{member_id}", "only goes to"), ("http://127.0.0.01/{member_id}", "only goes to"),
        ("http://128.0.0.1/{member_id}", "only goes to"), ("http://[::2]/{member_id}", "only goes to"),
        ("http://0x7f.0.0.1/{member_id}", "only goes to"), ("http://127.0.0./{member_id}", "only goes to"),
        ("http://localhost./{member_id}", "only goes to"), ("http://[::ffff:127.0.0.1]/{member_id}", "only goes to"),
    ])
    func badAddressesAreRefused(url: String, words: String) throws {
        let reason = try #require(EndpointSettings.reason(againstMemberURL: url))
        #expect(reason.contains(words))
    }

    @Test(arguments: [
        "http://127.0.0.1:8080/{member_id}", "http://localhost/{member_id}", "http://[::1]:80/{member_id}",
        "http://127.9.9.9/{member_id}",
        "https://example.com/{member_id}", "HTTPS://example.com?m={member_id}&t={token}",
    ])
    func usableAddresses(_ address: String) throws {
        _ = try EndpointURL(address, .member)
    }

    @Test(arguments: [
        "", "example.com/{member_id}", "http://example.com/{member_id}", "http://127.0.0.1.evil.com/{member_id}",
        "http://127.0.0.1@evil.com/{member_id}", "http://localhost.evil.com/{member_id}", "ftp://127.0.0.1/{member_id}",
        "https://u:p@example.com/{member_id}", "https:///{member_id}", "https://example.com/x",
        "https://example.com/{id}",
        "https://{account}.example.com/{member_id}", "https://example.com/{member_id",
        "https://example.com/}{member_id}",
        "https://example.com/{member_id}#x", "https://example.com/ {member_id}",
        "http://127.0.0.1\\@evil.com/{member_id}",
        "http://127.256.0.1/{member_id}", "http://127.1/{member_id}", "file:///{member_id}",
        "https://example.com/ñ{member_id}",
        "https://example.com/{member_id}?" + String(repeating: "x", count: 2048),
    ])
    func unusableAddresses(_ address: String) {
        let fault = #expect(throws: SettingFault.self) { _ = try EndpointURL(address, .member) }
        #expect(fault?.key == "endpoint.member_url")
        #expect(fault.map { !"\($0)".contains("evil") && !"\($0)".contains("u:p") } ?? false)
    }
}
