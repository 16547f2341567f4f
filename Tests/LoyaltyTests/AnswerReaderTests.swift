import FoundationEssentials
import JSON
import Testing

@testable import Loyalty

@Suite struct AnswerReaderTests {
    private func outcome(
        _ body: String, status: Int = 200, mapping: MappingSettings = MappingSettings(), locale: String = ""
    ) throws -> MemberOutcome {
        try AnswerReader(mapping: mapping, locale: locale).outcome(
            of: EndpointAnswer(status: status, body: Array(body.utf8)))
    }

    // MARK: Status

    @Test(arguments: [
        (400, "rejected", "http_400"), (410, "rejected", "http_410"), (422, "rejected", "http_422"),
        (404, "not_found", "http_404"),
        (401, "misconfigured", "http_401"), (403, "misconfigured", "http_403"), (402, "misconfigured", "http_402"),
        (405, "misconfigured", "http_405"), (406, "misconfigured", "http_406"), (451, "misconfigured", "http_451"),
        (301, "misconfigured", "redirect"), (302, "misconfigured", "redirect"), (304, "misconfigured", "redirect"),
        (308, "misconfigured", "redirect"), (201, "misconfigured", "http_201"), (204, "misconfigured", "http_204"),
        (206, "misconfigured", "http_206"), (429, "rate_limited", "http_429"), (408, "unavailable", "http_408"),
        (425, "unavailable", "http_425"), (500, "unavailable", "http_500"), (503, "unavailable", "http_503"),
        (599, "unavailable", "http_599"), (700, "misconfigured", "http_700"),
    ])
    func theStatusDecides(_ status: Int, _ expected: String, _ detail: String) throws {
        let outcome = try outcome(#"{"MemberId":"x"}"#, status: status)
        #expect(outcome.status.rawValue == expected)
        #expect(outcome.detail.rawValue == detail)
        #expect(outcome.member == nil)
    }

    @Test(arguments: [
        ("<html></html>", "not_json"), ("", "not_json"), ("[]", "not_json"), ("\"x\"", "not_json"),
        ("null", "not_json"),
        ("{\"MemberId\": \"x\"", "not_json"), ("{\"MemberId\" \"x\"}", "not_json"), ("{}", "no_member_id"),
        (#"{"MemberId":""}"#, "no_member_id"), (#"{"MemberId":"  "}"#, "no_member_id"),
        (#"{"MemberId":null}"#, "no_member_id"),
        (#"{"MemberId":true}"#, "no_member_id"), (#"{"MemberId":-1}"#, "no_member_id"),
        (#"{"MemberId":1.5}"#, "no_member_id"),
        (#"{"MemberId":{"a":1}}"#, "no_member_id"), (#"{"MemberId":"a\u0000b"}"#, "no_member_id"),
        (#"{"error":"x"}"#, "no_member_id"),
    ])
    func whatHoldsNoMemberIsMisconfigured(_ body: String, _ detail: String) throws {
        #expect(try outcome(body) == .misconfigured(#require(OutcomeDetail(rawValue: detail))))
    }

    @Test func aBodyThatIsTooLargeStillHasAStatus() throws {
        let reader = try AnswerReader(mapping: MappingSettings(), locale: "")
        #expect(reader.outcome(of: EndpointAnswer(status: 200, isTooLarge: true)) == .misconfigured(.answerTooLarge))
        #expect(reader.outcome(of: EndpointAnswer(status: 404, isTooLarge: true)) == .notFound)
    }

    // MARK: Fields

    @Test func theProvidersAnswerIsRead() throws {
        let body = """
            {"MemberId": "3hRXhZ01Kictq", "DisplayText": "Hola Marcos Gómez, tienes 257 puntos acumulados.",
             "Rewards": [{"Id": "1", "Type": "Offer", "Code": "X", "New": [1, null]}]}
            """
        let reward: JSONValue = ["Id": "1", "Type": "Offer", "Code": "X", "New": [1, nil]]
        let expected = Member(
            id: "3hRXhZ01Kictq", name: "Marcos Gómez", balance: 257,
            displayText: "Hola Marcos Gómez, tienes 257 puntos acumulados.", rewards: [reward])
        #expect(try outcome(body) == .found(expected))
    }

    @Test(arguments: [
        #"{"MemberId":"x","name":"Ana Gil","balance":35.5}"#, #"{"memberid":"x","NAME":"Ana Gil","Points":"35.5"}"#,
        #"{"data":{"id":"x","name":" Ana  Gil ","points":35.50}}"#,
        #"{"data":{"id":"x","attributes":{"name":"Ana Gil","balance":"35,5"}}}"#,
        #"{"member":{"member_id":"x","name":"Ana Gil","balance":35.5}}"#,
        #"{"result":{"MemberId:":"x","Name:":"Ana Gil","Balance :":35.5}}"#,
        #"{"MemberId":null,"data":{"MemberId":"x"},"name":"Ana Gil","points":35.5,"balance":null}"#,
        #"{"MemberId":"x","DisplayText":"Hola Eva, tienes 1 punto","name":"Ana Gil","balance":35.5}"#,
        "\u{FEFF}" + #"{"MemberId":"x","name":"Ana Gil","balance":35.5}"#,
    ])
    func fieldsAreFoundInTheUsualPlaces(_ body: String) throws {
        let member = try #require(try outcome(body).member)
        #expect(member.id == "x")
        #expect(member.name == "Ana Gil")
        #expect(member.balance == Decimal(string: "35.5"))
    }

    @Test func configuredPathsTakeTheDefaultsPlace() throws {
        let mapping = MappingSettings(memberID: ["a.ID", "b.id"], name: ["n"], balance: ["a.sums.now"])
        let body = #"{"id":"wrong","b":{"id":"x"},"name":"Wrong","balance":1,"a":{"id":null,"Sums:":{"NOW":"7"}}}"#
        let member = try #require(try outcome(body, mapping: mapping).member)
        #expect(member == Member(id: "x", name: nil, balance: 7))
        #expect(try outcome(#"{"MemberId":"x"}"#, mapping: mapping) == .misconfigured(.noMemberID))
    }

    @Test(arguments: [
        (#""257""#, "", "257"), (#""-3""#, "", "-3"), (#""35.50""#, "es", "35.5"), (#""1.250,00""#, "", "1250"),
        (#""1.250""#, "", nil), (#""1.250""#, "es", nil), (#""1.250""#, "en", "1.25"), (#""1,250""#, "en", "1250"),
        (#""1,250""#, "es", "1.25"), (#""257 puntos""#, "", nil), ("true", "", nil), ("[1]", "", nil), ("0", "", "0"),
        ("1e3", "", "1000"), (#""""#, "", nil), (#""1 250""#, "", "1250"),
    ])
    func balancesAsNumbersAndAsText(_ written: String, _ locale: String, _ expected: String?) throws {
        let member = try #require(try outcome("{\"MemberId\":\"x\",\"balance\":\(written)}", locale: locale).member)
        #expect(member.balance == expected.flatMap { Decimal(string: $0) })
    }

    @Test func anUnclearFieldLeavesTheWordToTheDisplayText() throws {
        let body = #"{"MemberId":"x","balance":"1.250","DisplayText":"Tienes 1.250 puntos"}"#
        #expect(try outcome(body, locale: "es").member?.balance == 1250)
    }

    @Test func anIDMayBeANumber() throws {
        #expect(try outcome(#"{"MemberId":1234567890123}"#).member?.id == "1234567890123")
    }

    @Test func theSameKeyInTwoCasesIsAlwaysTheSameOne() throws {
        for _ in 0..<20 {
            #expect(try outcome(#"{"MEMBERID":"a","memberid":"b","MemberID":"c"}"#).member?.id == "a")
            #expect(try outcome(#"{"MEMBERID":"a","memberid":"b","MemberId":"c"}"#).member?.id == "c")
        }
    }

    // MARK: Limits

    @Test func longTextsAreCutBetweenCharacters() throws {
        let body = "{\"MemberId\":\"x\",\"DisplayText\":\"a" + String(repeating: "ñ", count: 4000) + "\"}"
        let text = try #require(try outcome(body).member?.displayText)
        #expect(text == "a" + String(repeating: "ñ", count: 2047))
    }

    @Test func namesThatAreNoneAreLeftOut() throws {
        for name in [String(repeating: "x", count: 201), "", "  ", "a\\u0007b"] {
            #expect(try outcome("{\"MemberId\":\"x\",\"name\":\"\(name)\"}").member?.name == nil)
        }
        #expect(try outcome("{\"MemberId\":\"\(String(repeating: "x", count: 257))\"}") == .misconfigured(.noMemberID))
    }

    @Test func rewardsAreBounded() throws {
        let many =
            "{\"MemberId\":\"x\",\"Rewards\":[" + Array(repeating: "{}", count: 100).joined(separator: ",") + "]}"
        #expect(try outcome(many).member?.rewards.count == Member.maxRewards)
        let large = "{\"N\":\"" + String(repeating: "r", count: 10_000) + "\"}"
        let heavy =
            "{\"MemberId\":\"x\",\"Rewards\":[" + Array(repeating: large, count: 10).joined(separator: ",") + "]}"
        #expect(try outcome(heavy).member?.rewards.count == 3)
        #expect(try outcome(#"{"MemberId":"x","Rewards":"none"}"#).member?.rewards == [])
    }

    @Test func descriptionsTellNothingOfTheMember() throws {
        let outcome = try outcome(#"{"MemberId":"secretid","name":"Ana Gil","balance":35.5}"#)
        for text in ["\(outcome)", String(reflecting: outcome), outcome.member.map { String(reflecting: $0) } ?? ""] {
            #expect(!text.contains("secretid") && !text.contains("Ana") && !text.contains("35.5"))
        }
        #expect("\(outcome)" == "found (http_200)")
    }
}
