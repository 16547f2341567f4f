import JSON
import Testing

@testable import ListenerProtocol

/// Requests that are answered in their own time: lookups, purchases and questions about purchases.
@Suite struct CallTests {
    private static let kinds = [
        #""lookup","params":{"id":"m"}"#, #""purchase","params":{"sale":"T","member":"m","amount":1}"#,
        #""purchase","params":{"invoice":{}}"#, #""purchases""#,
        #""purchases","params":{"action":"resend","purchase":7}"#,
    ]

    private func ask(_ peer: inout Peer, _ id: Int, _ kind: Int) {
        peer.write("{\"id\":\(id),\"method\":\(Self.kinds[kind % Self.kinds.count])}\n")
    }

    private func count(_ peer: Peer) -> Int { peer.lookups.count + peer.purchases.count + peer.questions.count }

    @Test func allKindsTogetherAreBounded() {
        var peer = Peer()
        for id in 1...16 { ask(&peer, id, id) }
        #expect(count(peer) == 16)
        #expect(peer.lines().isEmpty)
        for kind in Self.kinds.indices {
            ask(&peer, 100 + kind, kind)
            let refused = peer.lines()
            #expect(refused.map { $0["id"]?.integer } == [Int64(100 + kind)])
            #expect(refused.map(\.code) == ["too_many_requests"])
        }
        #expect(count(peer) == 16)
        // What does not take its time is answered all the same, and so is what is wrong.
        peer.write("{\"id\":200,\"method\":\"ping\"}\n{\"id\":201,\"method\":\"purchase\"}\n")
        #expect(peer.lines().map(\.code) == [nil, "bad_request"])
        // With one answered there is a place again, for any of them.
        peer.session.answerCall(2, with: .error(RequestError(.notFound, "x")), at: peer.now)
        ask(&peer, 300, 1)
        ask(&peer, 301, 3)
        #expect(count(peer) == 17)
        #expect(peer.lines().map(\.code) == ["not_found", "too_many_requests"])
    }

    @Test func answersAreToldApartByTheirNumbers() throws {
        var peer = Peer()
        for id in 1...4 { ask(&peer, id, id) }
        #expect(peer.purchases.map(\.number) == [1, 2])
        #expect(peer.questions.map(\.number) == [3, 4])
        peer.session.answerCall(
            4,
            with: .fields { writer in
                writer.key("action")
                writer.value("resend")
            }, at: peer.now)
        peer.session.answerCall(
            1,
            with: .fields { writer in
                writer.key("status")
                writer.value("queued")
                writer.key("purchase")
                writer.null()
            }, at: peer.now)
        // Twice, and for what was never asked.
        peer.session.answerCall(1, with: .fields { _ in }, at: peer.now)
        peer.session.answerCall(99, with: .fields { _ in }, at: peer.now)
        peer.session.answerCall(3, with: .fields { _ in }, at: peer.now)
        peer.run()
        let text = String(decoding: peer.received, as: UTF8.self)
        #expect(
            text == #"{"type":"reply","id":4,"action":"resend"}"# + "\n"
                + #"{"type":"reply","id":1,"status":"queued","purchase":null}"# + "\n"
                + #"{"type":"reply","id":3}"# + "\n")
    }

    @Test(arguments: RequestError.Code.allCases)
    func anErrorHasItsCode(code: RequestError.Code) {
        var peer = Peer()
        ask(&peer, 1, 1)
        peer.session.answerCall(1, with: .error(RequestError(code, "say \"why\"")), at: peer.now)
        peer.run()
        #expect(
            String(decoding: peer.received, as: UTF8.self)
                == #"{"type":"error","id":1,"code":"\#(code.rawValue)","message":"say \"why\""}"# + "\n")
    }

    @Test func theEndOfTheServiceAnswersThemAll() {
        var peer = Peer()
        for id in 1...5 { ask(&peer, id, id) }
        peer.session.serviceStopping(at: peer.now)
        peer.run()
        let lines = peer.lines()
        #expect(lines.map { $0["id"]?.integer } == [1, 2, 3, 4, 5])
        #expect(lines.allSatisfy { $0.code == "stopping" })
        peer.session.answerCall(1, with: .fields { _ in }, at: peer.now)
        peer.run()
        #expect(peer.lines().isEmpty)
        #expect(peer.session.isFinished)
    }

    @Test(arguments: kinds.indices)
    func halfCloseWaitsForTheAnswer(kind: Int) {
        var peer = Peer()
        ask(&peer, 1, kind)
        peer.endInput()
        #expect(!peer.session.isFinished)
        peer.session.answerCall(1, with: .fields { _ in }, at: peer.now)
        peer.run()
        #expect(peer.lines().map(\.type) == ["reply"])
        #expect(peer.session.isFinished)
    }
}
