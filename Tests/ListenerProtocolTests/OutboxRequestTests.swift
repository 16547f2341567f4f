import JSON
import Testing

@testable import ListenerProtocol

@Suite struct OutboxRequestTests {
    private func request(_ parameters: String) throws -> OutboxRequest {
        try OutboxRequest(try JSONValue(parsing: parameters.utf8).object ?? [:])
    }

    @Test(arguments: [
        "{}", #"{"action":null}"#, #"{"action":"list"}"#,
        #"{"action":"list","states":null,"member":null,"sale":null,"after":null,"limit":null,"invoices":null}"#,
    ])
    func withoutMoreAllAreListed(parameters: String) throws {
        guard case .list(let query) = try request(parameters) else {
            Issue.record("no list")
            return
        }
        #expect(query.states == nil)
        #expect(query.member == nil)
        #expect(query.sale == nil)
        #expect(query.after == 0)
        #expect(query.limit == 100)
        #expect(!query.withInvoices)
    }

    @Test func aListIsOfWhatWasAskedFor() throws {
        guard
            case .list(let query) = try request(
                #"{"states":["failed","later"],"member":"m","sale":"T-1","after":9223372036854775807,"limit":1,"invoices":true}"#
            )
        else {
            Issue.record("no list")
            return
        }
        #expect(query.states == ["failed", "later"])
        #expect(query.member == "m")
        #expect(query.sale == "T-1")
        #expect(query.after == .max)
        #expect(query.limit == 1)
        #expect(query.withInvoices)
        guard case .list(let one) = try request(#"{"states":"queued","limit":100,"after":0}"#) else {
            Issue.record("no list")
            return
        }
        #expect(one.states == ["queued"])
        guard case .list(let none) = try request(#"{"states":[]}"#) else {
            Issue.record("no list")
            return
        }
        #expect(none.states == [])
    }

    @Test(arguments: [
        (#"{"action":"resend","purchase":7}"#, OutboxRequest.resend(7)),
        (#"{"action":"discard","purchase":9223372036854775807,"more":1}"#, .discard(.max)),
        (#"{"action":"discard","purchase":1.0}"#, .discard(1)),
    ])
    func oneIsNamedByItsNumber(parameters: String, expected: OutboxRequest) throws {
        #expect(try request(parameters) == expected)
    }

    /// Parameters, and the one that the message names.
    @Test(arguments: [
        (#"{"action":"delete"}"#, "action"), (#"{"action":7}"#, "action"), (#"{"action":"LIST"}"#, "action"),
        (#"{"action":""}"#, "action"), (#"{"action":["list"]}"#, "action"),
        (#"{"action":"resend"}"#, "purchase"), (#"{"action":"resend","purchase":null}"#, "purchase"),
        (#"{"action":"resend","purchase":0}"#, "purchase"), (#"{"action":"resend","purchase":-1}"#, "purchase"),
        (#"{"action":"resend","purchase":1.5}"#, "purchase"), (#"{"action":"discard","purchase":"7"}"#, "purchase"),
        (#"{"action":"discard","purchase":9223372036854775808}"#, "purchase"),
        (#"{"action":"discard","purchase":[7]}"#, "purchase"), (#"{"action":"discard","id":7}"#, "purchase"),
        (#"{"states":7}"#, "states"), (#"{"states":["failed",7]}"#, "states"), (#"{"states":{}}"#, "states"),
        (#"{"states":[null]}"#, "states"), (#"{"member":7}"#, "member"), (#"{"member":["m"]}"#, "member"),
        (#"{"sale":true}"#, "sale"), (#"{"sale":{}}"#, "sale"),
        (#"{"after":-1}"#, "after"), (#"{"after":"1"}"#, "after"), (#"{"after":0.5}"#, "after"),
        (#"{"limit":0}"#, "limit"), (#"{"limit":101}"#, "limit"), (#"{"limit":-9223372036854775808}"#, "limit"),
        (#"{"limit":9223372036854775807}"#, "limit"), (#"{"limit":"5"}"#, "limit"), (#"{"limit":1.5}"#, "limit"),
        (#"{"invoices":1}"#, "invoices"), (#"{"invoices":"true"}"#, "invoices"),
    ])
    func whatIsWrongIsNamed(parameters: String, name: String) {
        let error = #expect(throws: RequestError.self) { _ = try request(parameters) }
        #expect(error?.code == .badRequest)
        #expect(error?.message.hasPrefix("`\(name)` ") == true)
    }
}
