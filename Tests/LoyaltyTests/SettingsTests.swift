import Testing

@testable import Loyalty

@Suite struct SettingsTests {
    @Test(arguments: ["", ".", "..", "a\nb", "\u{0}", "a\u{7F}", "a\u{85}b", String(repeating: "x", count: 129)])
    func whatIsNoIDIsRefused(_ id: String) {
        #expect(MemberID(id) == nil)
    }

    @Test func idsDifferByBytes() throws {
        #expect(MemberID("é") != MemberID("e\u{301}"))
        #expect(MemberID("0a") != MemberID("0A"))
        #expect(MemberID(String(repeating: "x", count: 128)) != nil)
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
        Case("endpoint.account") { $0.account = "a\nb" }, Case("endpoint.account") { $0.account = "my shop" },
        Case("endpoint.account") { $0.account = String(repeating: "a", count: 129) },
        Case("endpoint.member_url") { $0.memberURL = "https://example.com/" },
        Case("endpoint.timeout_ms") { $0.timeoutMilliseconds = 99 },
        Case("endpoint.timeout_ms") { $0.timeoutMilliseconds = 60_001 }, Case("endpoint.locale") { $0.locale = "xx" },
        Case("endpoint.locale") { $0.locale = "spanish" }, Case("endpoint.locale") { $0.locale = "es-" },
        Case("endpoint.locale") { $0.locale = "es_ES" }, Case("endpoint.locale") { $0.locale = "zh-Hant-TW" },
        Case("endpoint.locale") { $0.locale = "gsw-CH" },
        Case("endpoint.token_file") { $0.tokenFile = "" }, Case("endpoint.token_file") { $0.tokenFile = "token" },
        Case("endpoint.ca_file") { $0.caFile = "ca.pem" }, Case("endpoint.ca_file") { $0.caFile = "a\u{0}b" },
        Case("endpoint.headers") { $0.headers = [.init(name: "Host", value: "x")] },
        Case("endpoint.headers") { $0.headers = [.init(name: "accept-encoding", value: "x")] },
        Case("endpoint.headers") { $0.headers = [.init(name: "X", value: "a"), .init(name: "x", value: "b")] },
        Case("endpoint.headers") { $0.headers = [.init(name: "X", value: "a\tb")] },
        Case("endpoint.headers") { $0.headers = [.init(name: "X", value: "a\u{85}b")] },
        Case("endpoint.headers") { $0.headers = [.init(name: "X", value: String(repeating: "a", count: 4097))] },
        Case("endpoint.headers") { $0.headers = [.init(name: "A b", value: "x")] },
        Case("endpoint.headers") { $0.headers = [.init(name: "", value: "x")] },
        Case("endpoint.headers") { $0.headers = [.init(name: "X", value: "a\r\nB: c")] },
        Case("endpoint.headers") { $0.headers = Array(repeating: .init(name: "X", value: ""), count: 33) },
    ])
    func unusableSettingsAreNamed(_ row: Case) {
        let fault = #expect(throws: SettingFault.self) { try row.settings.check() }
        #expect(fault?.key == row.key)
        let subject = row.key.split(separator: ".").last ?? ""
        #expect(fault?.description.hasPrefix("[endpoint] \(subject) must ") == true)
    }

    @Test func anythingWithinTheBoundsIsTaken() throws {
        let headers = (1...32).map { EndpointSettings.Header(name: "X-\($0)", value: $0 == 1 ? "" : "a b é") }
        try EndpointSettings(
            account: String(repeating: "a", count: 128), tokenFile: "/t", timeoutMilliseconds: 100, locale: "ast-ES",
            headers: headers, caFile: "/c"
        ).check()
    }

    @Test(arguments: ["es", "ca", "pt-BR", "gl", "eu", "fr-CH", "it", "de-AT", "en-GB", "zh-Hant-TW", "es_ES", "ES-es"])
    func usualLocalesAreKnown(_ locale: String) {
        #expect(NumberStyle(locale: locale) != nil)
    }

    @Test(arguments: ["", "es", "ca", "pt-BR", "gl", "eu", "fr-CH", "it", "de-AT", "en-GB", "es-419", "rm-CH", "ES-es"])
    func usualLocalesCanBeSet(_ locale: String) throws {
        try EndpointSettings(account: "shop", locale: locale).check()
    }

    @Test func anUnknownLanguageIsToldTheKnownOnes() throws {
        let reason = try #require(EndpointSettings.reason(againstLocale: "xx"))
        #expect(reason.contains(", en, es, "))
        for language in NumberStyle.knownLanguages {
            #expect(EndpointSettings.reason(againstLocale: language) == nil, "\(language)")
        }
    }

    @Test(arguments: [
        MappingSettings(memberID: ["a..b"]), MappingSettings(name: [""]), MappingSettings(balance: ["x."]),
        MappingSettings(name: Array(repeating: "x", count: 17)),
        MappingSettings(name: [String(repeating: "x", count: 257)]), MappingSettings(balance: ["a\nb"]),
        MappingSettings(balance: ["a.b.c.d.e.f.g.h.i"]),
        MappingSettings(balancePattern: "(?<balance>\(String(repeating: "x", count: 1024)))"),
    ])
    func unusablePathsAreRefused(_ mapping: MappingSettings) {
        #expect(throws: SettingFault.self) { try mapping.check() }
    }
}
