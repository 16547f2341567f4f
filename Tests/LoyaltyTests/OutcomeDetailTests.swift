import Testing

@testable import Loyalty

@Suite struct OutcomeDetailTests {
    private static let all =
        OutcomeDetail.plain + [200, 204, 302, 400, 401, 403, 404, 418, 429, 500, 503].map { .http($0) } + [.library(35)]

    @Test func codesAreStableAndComeBack() {
        #expect(Set(Self.all.map(\.rawValue)).count == Self.all.count)
        for detail in Self.all { #expect(OutcomeDetail(rawValue: detail.rawValue) == detail) }
        for text in ["", "http_", "http_x", "curl", "nosuch"] { #expect(OutcomeDetail(rawValue: text) == nil) }
    }

    @Test(arguments: all)
    func eachHasAnAdvice(_ detail: OutcomeDetail) {
        let settings = EndpointSettings(
            account: "my-shop", tokenFile: "/etc/scanbridge/other-token",
            memberURL: "https://secret.example/{member_id}?t={token}",
            headers: [.init(name: "X-Key", value: "hidden")])
        let advice = detail.advice(for: settings)
        #expect(advice.contains(": ") || advice.contains("; "), "it says what to do")
        #expect(!advice.contains("secret.example") && !advice.contains("hidden"))
    }

    @Test func aTokenThatOthersCanReadIsMendedByOneCommand() {
        let settings = EndpointSettings(account: "a", tokenFile: "/t/token")
        #expect(OutcomeDetail.tokenReadable.advice(for: settings).contains("sudo chmod 600 /t/token"))
    }
}
