import JSON
import Testing

@testable import Purchases

@Suite("What the provider's answers mean")
struct SubmissionAnswerTests {
    private func end(_ status: Int, _ body: String, retryAfter: Int? = nil) -> SubmissionEnd {
        SubmissionAnswer.end(status: status, body: Array(body.utf8), retryAfterSeconds: retryAfter)
    }

    @Test(arguments: [
        #"{"Status":"accepted","PrinterText":"x"}"#, #"{"status":"Accepted"}"#, #"{"Status:":"ACCEPTED"}"#,
        "\u{FEFF}" + #"{ "Status" : "accepted" }"#,
    ])
    func accepted(body: String) {
        #expect(end(200, body) == .accepted(answer: Array(body.utf8)))
        #expect(end(201, body) == .accepted(answer: Array(body.utf8)))
    }

    @Test func rejected() {
        let body = #"{"Status":"rejected","RejectReason":"La tarjeta está bloqueada"}"#
        #expect(end(200, body) == .rejected(answer: Array(body.utf8), detail: "rejected"))
        #expect(SubmissionAnswer.rejectReason(in: Array(body.utf8)) == "La tarjeta está bloqueada")
    }

    /// Nobody knows what it means, so nothing is taken for taken.
    @Test(arguments: [
        "", "{}", "null", "[]", "\"accepted\"", "<html>accepted</html>", #"{"Status":true}"#, #"{"Status":"ok"}"#,
        #"{"Status":"accepted""#, #"{"PrinterText":"accepted"}"#, #"{"Status":null}"#,
    ])
    func garbageIsTriedAgain(body: String) {
        #expect(end(200, body) == .later(Postponement(detail: "bad_answer", isEndpointWide: true)))
    }

    @Test(arguments: [400, 404, 405, 410, 413, 415, 422, 451])
    func finalRefusals(status: Int) throws {
        guard case .rejected(let answer, let detail) = end(status, "<html>") else {
            Issue.record("not rejected")
            return
        }
        #expect(detail == "http_\(status)")
        let json = try JSONValue(parsing: answer)
        #expect(json["Status"] == "rejected")
        #expect(json["RejectReason"]?.string?.isEmpty == false)
    }

    @Test(arguments: ["RejectReason", "message", "error", "Detail"])
    func aRefusalsOwnReasonIsPassedOn(name: String) {
        guard case .rejected(let answer, _) = end(404, #"{"\#(name)":"No existe"}"#) else {
            Issue.record("not rejected")
            return
        }
        #expect(SubmissionAnswer.rejectReason(in: answer) == "No existe")
    }

    @Test(arguments: [301, 302, 307, 401, 402, 403, 407, 429, 503])
    func whatConcernsAll(status: Int) {
        guard case .later(let postponement) = end(status, #"{"Status":"accepted"}"#) else {
            Issue.record("not later")
            return
        }
        #expect(postponement.isEndpointWide)
    }

    @Test(arguments: [408, 409, 425, 500, 502, 504, 520, 599])
    func whatMayConcernOneOnly(status: Int) {
        #expect(end(status, "") == .later(Postponement(detail: "http_\(status)", isEndpointWide: false)))
    }

    @Test func retryAfterConcernsAllAndHasALimit() {
        #expect(
            end(500, "", retryAfter: 7)
                == .later(Postponement(detail: "http_500", retryAfterMilliseconds: 7000, isEndpointWide: true)))
        guard case .later(let postponement) = end(429, "", retryAfter: .max) else {
            Issue.record("not later")
            return
        }
        #expect(postponement.retryAfterMilliseconds == 86_400_000)
    }

    @Test func whatTheTillIsToldIsWhatTheProviderWouldSay() throws {
        let text = "Sus puntos se añadirán \"más tarde\"\n"
        #expect(SubmissionAnswer.printerText(in: SubmissionAnswer.acceptance(text)) == text)
        #expect(try JSONValue(parsing: SubmissionAnswer.acceptance(text))["Status"] == "accepted")
    }
}
