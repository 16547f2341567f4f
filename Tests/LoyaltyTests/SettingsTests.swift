import Testing

@testable import Loyalty

@Suite struct SettingsTests {
    // MARK: Requests

    private func url(_ template: String, _ id: String, token: String = "", account: String = "") throws -> String? {
        guard let id = MemberID(id) else { return nil }
        let url = try MemberURL(template).filled(id: id, token: Array(token.utf8), account: account)
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

    @Test(arguments: ["", ".", "..", "a\nb", "\u{0}", "a\u{7F}", "a\u{85}b", String(repeating: "x", count: 129)])
    func whatIsNoIDIsRefused(_ id: String) {
        #expect(MemberID(id) == nil)
    }

    @Test func idsDifferByBytes() throws {
        #expect(MemberID("é") != MemberID("e\u{301}"))
        #expect(MemberID("0a") != MemberID("0A"))
        #expect(MemberID(String(repeating: "x", count: 128)) != nil)
    }

    @Test(arguments: [
        "http://127.0.0.1:8080/{member_id}", "http://localhost/{member_id}", "http://[::1]:80/{member_id}",
        "http://127.9.9.9/{member_id}",
        "https://example.com/{member_id}", "HTTPS://example.com?m={member_id}&t={token}",
    ])
    func usableAddresses(_ address: String) throws {
        _ = try MemberURL(address)
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
        let fault = #expect(throws: SettingFault.self) { _ = try MemberURL(address) }
        #expect(fault?.key == "endpoint.member_url")
        #expect(fault.map { !"\($0)".contains("evil") && !"\($0)".contains("u:p") } ?? false)
    }

    // MARK: Checks

    struct Case: Sendable {
        let key: String
        let settings: EndpointSettings

        init(_ key: String, _ change: (inout EndpointSettings) -> Void) {
            var settings = EndpointSettings(account: "shop")
            change(&settings)
            self.key = key
            self.settings = settings
        }
    }

    @Test func theDefaultsNeedButAnAccount() throws {
        try EndpointSettings(account: "shop").check()
        let fault = #expect(throws: SettingFault.self) { try EndpointSettings(account: "").check() }
        #expect(fault?.key == "endpoint.account")
    }

    @Test(arguments: [
        Case("endpoint.account") { $0.account = "a\nb" }, Case("endpoint.timeout_ms") { $0.timeoutMilliseconds = 99 },
        Case("endpoint.timeout_ms") { $0.timeoutMilliseconds = 60_001 }, Case("endpoint.locale") { $0.locale = "xx" },
        Case("endpoint.locale") { $0.locale = "spanish" }, Case("endpoint.locale") { $0.locale = "es-" },
        Case("endpoint.token_file") { $0.tokenFile = "" }, Case("endpoint.ca_file") { $0.caFile = "a\u{0}b" },
        Case("endpoint.headers") { $0.headers = [.init(name: "Host", value: "x")] },
        Case("endpoint.headers") { $0.headers = [.init(name: "A b", value: "x")] },
        Case("endpoint.headers") { $0.headers = [.init(name: "", value: "x")] },
        Case("endpoint.headers") { $0.headers = [.init(name: "X", value: "a\r\nB: c")] },
        Case("endpoint.headers") { $0.headers = Array(repeating: .init(name: "X", value: ""), count: 33) },
    ])
    func unusableSettingsAreNamed(_ row: Case) {
        let fault = #expect(throws: SettingFault.self) { try row.settings.check() }
        #expect(fault?.key == row.key)
    }

    @Test(arguments: ["es", "ca", "pt-BR", "gl", "eu", "fr-CH", "it", "de-AT", "en-GB", "zh-Hant-TW", "es_ES", "ES-es"])
    func usualLocalesAreKnown(_ locale: String) throws {
        try EndpointSettings(account: "shop", locale: locale).check()
    }

    @Test(arguments: [
        MappingSettings(memberID: ["a..b"]), MappingSettings(name: [""]), MappingSettings(balance: ["x."]),
        MappingSettings(name: Array(repeating: "x", count: 17)),
        MappingSettings(name: [String(repeating: "x", count: 257)]),
    ])
    func unusablePathsAreRefused(_ mapping: MappingSettings) {
        #expect(throws: SettingFault.self) { try mapping.check() }
    }
}
