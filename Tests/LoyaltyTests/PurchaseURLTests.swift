import Testing

@testable import Loyalty

@Suite struct PurchaseURLTests {
    @Test(arguments: [
        EndpointSettings.defaultPurchaseURL, "https://h", "https://h/", "HTTPS://h:65535/i", "https://h?t={token}",
        "https://h/{account}/{token}/{token}", "http://localhost/i", "http://127.0.0.1:8080/i", "http://[::1]:1/i",
        "https://[2001:db8::1]:8443/a%20b?x=[1]&y=a@b",
    ])
    func goodAddressesAreTaken(url: String) {
        #expect(EndpointSettings.reason(againstPurchaseURL: url) == nil)
    }

    @Test(arguments: [
        ("", "must begin with"), ("h/i", "must begin with"), ("ftp://h/", "must begin with"),
        ("https://h/{member_id}", "must not hold {member_id}: the invoice names the members"),
        ("https://h/{member_id}/{member_id}", "must not hold {member_id}"), ("https://h/{id}", "no other braces"),
        ("https://h/{token", "no other braces"), ("https://h/}", "no other braces"), ("https://h/#x", "fragment"),
        ("https://h/ ", "characters of a URL"), ("https://h/ñ", "characters of a URL"),
        ("https://h/%2", "behind each %"),
        ("https://u:p@h/", "user's name"), ("https://{account}.h/", "behind the host"),
        ("https:///i", "must name a host"),
        ("https://h:0/", "must name a host"), ("http://h/", "only goes to localhost"),
        ("http://127.1/", "only goes to"),
        ("http://127.0.0.1.evil.com/", "only goes to"), ("http://192.168.1.2/", "only goes to"),
        ("https://h/?\(String(repeating: "x", count: 2048))", "at most 2048 bytes"),
    ])
    func badAddressesAreRefused(url: String, words: String) throws {
        let reason = try #require(EndpointSettings.reason(againstPurchaseURL: url))
        #expect(reason.contains(words))
        var settings = EndpointSettings(account: "shop")
        settings.purchaseURL = url
        let fault = #expect(throws: SettingFault.self) { try settings.check() }
        #expect(fault?.key == "endpoint.purchase_url")
        #expect(fault.map { !"\($0)".contains("evil") && !"\($0)".contains("u:p") } ?? false)
    }

    @Test func theAddressIsFilledIn() throws {
        func filled(_ template: String) throws -> String {
            let url = try EndpointURL(template, .purchase).filled(token: Array("12|aB+c".utf8), account: "my shop")
            return String(decoding: url, as: UTF8.self)
        }
        #expect(
            try filled(EndpointSettings.defaultPurchaseURL)
                == "https://api.omniwallet.cloud/agora/invoices?_token=12%7CaB%2Bc&ow_account=my%20shop")
        #expect(try filled("https://h/i") == "https://h/i")
        #expect(try EndpointURL("https://h/{token}", .purchase).needsToken)
        #expect(try !EndpointURL("https://h/{account}", .purchase).needsToken)
    }

    @Test func theAddressFollowsFromTheMembers() {
        #expect(EndpointSettings(account: "a").purchaseURL == EndpointSettings.defaultPurchaseURL)
        #expect(EndpointSettings(account: "a", memberURL: "https://h/{member_id}").purchaseURL == nil)
        #expect(
            EndpointSettings(account: "a", memberURL: "https://h/{member_id}", purchaseURL: "https://p/").purchaseURL
                == "https://p/")
        #expect(EndpointSettings(account: "a", purchaseURL: "https://p/").purchaseURL == "https://p/")
    }

    /// Who may name the key of an invoice could let one pass for another.
    @Test(arguments: ["Idempotency-Key", "idempotency-key", "IDEMPOTENCY-KEY"])
    func theKeyIsNoHeaderToConfigure(name: String) {
        #expect(EndpointSettings.reason(against: .init(name: name, value: "x"), after: []) != nil)
    }
}
