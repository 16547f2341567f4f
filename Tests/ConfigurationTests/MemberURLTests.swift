import Loyalty
import Testing

@testable import Configuration

@Suite struct MemberURLTests {
    @Test(arguments: [
        EndpointSettings.defaultMemberURL, "https://h/{member_id}", "HTTPS://h:65535/{member_id}",
        "https://h?m={member_id}",
        "https://[2001:db8::1]:8443/{member_id}", "http://localhost/{member_id}", "http://LOCALHOST:80/{member_id}",
        "http://127.0.0.1:8080/{member_id}", "http://127.255.0.9/{member_id}", "http://[::1]:1/{member_id}",
        "https://h/{token}/{token}/{account}/{member_id}", "https://h/a%20b/{member_id}?x=[1]&y=a@b",
        "https://1.2.3.4/{member_id}",
    ])
    func goodAddressesAreTaken(url: String) {
        #expect(MemberURL.fault(in: url) == nil)
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
        let reason = try #require(MemberURL.fault(in: url))
        #expect(reason.contains(words))
    }

    @Test func theErrorHasTheKeyAndItsLine() throws {
        let fault = try #require(faultOfText("[endpoint]\naccount = 'a'\nmember_url = 'http://h/{member_id}'\n"))
        #expect(fault.line == 3)
        #expect(fault.code == .badValue)
        #expect(fault.message.hasPrefix("[endpoint] member_url must begin with https://"))
    }
}
