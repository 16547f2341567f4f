import FoundationEssentials
import JSON
import Testing

@testable import ListenerProtocol

@Suite struct RequestTests {
    @Test func greets() {
        var peer = Peer(connects: false)
        peer.journal.append(sampleScan("1"), at: sampleTime)
        peer.session.connected(seq: peer.journal.last, at: peer.now)
        peer.run()
        #expect(
            String(decoding: peer.received, as: UTF8.self)
                == #"{"type":"hello","protocol":1,"server":"scanbridge/test","instance":"i1","seq":1}"# + "\n")
    }

    /// Request, the answer's type, the id echoed, the error's code.
    @Test(
        arguments: [
            (#"{"id":1,"method":"ping"}"#, "reply", 1, nil),
            (#"{"id":"a\"b","method":"ping"}"#, "reply", "a\"b", nil),
            (#"{"id":-1.5,"method":"ping","params":null,"future":[1]}"#, "reply", .number(-1.5), nil),
            (#"{"id":null,"method":"ping"}"#, "reply", nil, nil),
            (#"{"method":"ping"}"#, "reply", nil, nil),
            (#"{"id":2,"method":"status"}"#, "reply", 2, nil),
            (#"{"id":2,"method":"unsubscribe"}"#, "reply", 2, nil),
            (#"{"id":2,"method":"frobnicate"}"#, "error", 2, "unknown_method"),
            (#"{"id":2}"#, "error", 2, "bad_request"),
            (#"{"id":2,"method":7}"#, "error", 2, "bad_request"),
            (#"{"id":2,"method":"ping","params":[]}"#, "error", 2, "bad_request"),
            (#"{"id":true,"method":"ping"}"#, "error", nil, "bad_request"),
            (#"{"id":{},"method":"ping"}"#, "error", nil, "bad_request"),
            (#"{"id":2,"method":"lookup"}"#, "error", 2, "bad_request"),
            (#"{"id":2,"method":"lookup","params":{"id":7}}"#, "error", 2, "bad_request"),
            (#"{"id":2,"method":"lookup","params":{"id":""}}"#, "error", 2, "bad_request"),
            (#"{"id":2,"method":"subscribe","params":{"types":[]}}"#, "error", 2, "bad_request"),
            (#"{"id":2,"method":"subscribe","params":{"types":"scan"}}"#, "error", 2, "bad_request"),
            (#"{"id":2,"method":"subscribe","params":{"types":["sacn"]}}"#, "error", 2, "bad_request"),
            (#"{"id":2,"method":"subscribe","params":{"types":["scan",1]}}"#, "error", 2, "bad_request"),
            (#"{"id":2,"method":"subscribe","since":-1}"#, "error", 2, "bad_request"),
            (#"{"id":2,"method":"subscribe","since":1.5}"#, "error", 2, "bad_request"),
            (#"{"id":2,"method":"subscribe","since":"1"}"#, "error", 2, "bad_request"),
            (#"{"id":2,"method":"subscribe","instance":1}"#, "error", 2, "bad_request"),
            ("[]", "error", nil, "bad_request"), ("7", "error", nil, "bad_request"),
            ("hello", "error", nil, "bad_json"),
            ("{\"id\":1,\"method\":\"ping\"", "error", nil, "bad_json"),
            ("{\"id\":1,\"\u{0}\"}", "error", nil, "bad_json"),
        ] as [(String, String, JSONValue, String?)])
    func answersEachLineOnce(line: String, type: String, id: JSONValue, code: String?) {
        for end in ["\n", "\r\n"] {
            var peer = Peer()
            peer.write(line + end)
            let lines = peer.lines()
            #expect(lines.count == 1)
            #expect(lines.first?.type == type)
            #expect(lines.first?["id"] == id)
            #expect(lines.first?.code == code)
            // The connection lives.
            peer.write("{\"id\":99,\"method\":\"ping\"}\n")
            #expect(peer.lines().map { $0["id"] } == [99])
            #expect(!peer.session.isFinished)
        }
    }

    @Test func anIDIsBounded() {
        var peer = Peer()
        let id = String(repeating: "x", count: 256)
        peer.write("{\"id\":\"\(id)\",\"method\":\"ping\"}\n{\"id\":\"\(id)x\",\"method\":\"ping\"}\n")
        #expect(peer.lines().map(\.type) == ["reply", "error"])
    }

    @Test func linesAreFoundWhereverTheWritesAreCut() {
        let text =
            "{\"id\":1,\"method\":\"ping\"}\r\n\n\r\n{\"id\":2,\"method\":\"nope\"}\n{\"id\":3,\"method\":\"ping\"}\n"
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count {
            var peer = Peer()
            peer.write(bytes: Array(bytes[..<cut]))
            peer.write(bytes: Array(bytes[cut...]))
            #expect(peer.lines().map { $0["id"]?.integer } == [1, 2, 3])
        }
        var peer = Peer()
        for byte in bytes { peer.write(bytes: [byte]) }
        #expect(peer.lines().map { $0["id"]?.integer } == [1, 2, 3])
    }

    @Test func invalidUTF8IsOneErrorAndTheConnectionLives() {
        var peer = Peer()
        peer.write(bytes: [0x22, 0xFF, 0xFE, 0x22, 0x0A] + Array("{\"id\":1,\"method\":\"ping\"}\n".utf8))
        #expect(peer.lines().map(\.type) == ["error", "reply"])
    }

    /// Bytes of the line, its end, and whether it is still taken.
    @Test(arguments: [
        (65_536, "\n", true), (65_536, "\r\n", true), (65_537, "\n", false), (65_537, "\r\n", false),
        (65_537, "", false),
        (200_000, "\n", false),
    ])
    func aLineIsBounded(count: Int, end: String, isTaken: Bool) {
        let request = "{\"id\":1,\"method\":\"ping\"}"
        let line = Array((request + String(repeating: " ", count: count - request.utf8.count) + end).utf8)
        for piece in [line.count, 4096, 65_536, 65_537] {
            var peer = Peer()
            for start in stride(from: 0, to: line.count, by: piece) {
                peer.write(bytes: Array(line[start..<min(start + piece, line.count)]))
            }
            let lines = peer.lines()
            #expect(lines.count == 1)
            #expect(lines.first?.type == (isTaken ? "reply" : "error"))
            #expect(lines.first?.code == (isTaken ? nil : "line_too_long"))
            #expect(peer.session.isFinished == !isTaken)
            peer.write("{\"id\":2,\"method\":\"ping\"}\n")
            #expect(peer.lines().count == (isTaken ? 1 : 0))
        }
    }

    @Test func halfCloseAnswersTheUnterminatedLineThenEnds() {
        var peer = Peer()
        peer.write("{\"id\":1,\"method\":\"ping\"}\n{\"id\":2,\"method\":\"ping\"}")
        #expect(peer.lines().count == 1)
        #expect(!peer.session.isFinished)
        peer.endInput()
        #expect(peer.lines().map { $0["id"] } == [2])
        #expect(peer.session.isFinished)
    }

    @Test func halfCloseWaitsForALookup() {
        var peer = Peer()
        peer.write("{\"id\":1,\"method\":\"lookup\",\"params\":{\"id\":\"7\"}}\n")
        peer.endInput()
        #expect(!peer.session.isFinished)
        peer.answerLookup(1)
        #expect(peer.lines().map { $0["status"] } == ["found"])
        #expect(peer.session.isFinished)
    }

    @Test func aSubscriberGoesOnAfterHalfClose() {
        var peer = Peer()
        peer.write("{\"id\":1,\"method\":\"subscribe\"}")
        peer.endInput()
        peer.publish(sampleScan("1"))
        #expect(peer.lines().map(\.type) == ["reply", "snapshot", "scan"])
        #expect(!peer.session.isFinished)
    }

    @Test func lookupsAreAnsweredOnceAndBounded() {
        var peer = Peer()
        for id in 1...17 { peer.write("{\"id\":\(id),\"method\":\"lookup\",\"params\":{\"id\":\"m\(id)\"}}\n") }
        #expect(peer.lookups.map(\.member) == (1...16).map { "m\($0)" })
        let refused = peer.lines()
        #expect(refused.map { $0["id"] } == [17])
        #expect(refused.map(\.code) == ["too_many_requests"])
        peer.answerLookup(3)
        peer.answerLookup(3)
        peer.answerLookup(99)
        let lines = peer.lines()
        #expect(lines.map { $0["id"] } == [3])
        #expect(lines.first?["member"]?["name"] == "Marcos Gómez")
        #expect(lines.first?["code"] == "m3")
        peer.write("{\"id\":18,\"method\":\"lookup\",\"params\":{\"id\":\"m18\"}}\n")
        #expect(peer.lookups.count == 17)
        peer.session.serviceStopping(at: peer.now)
        peer.run()
        let stopped = peer.lines()
        #expect(stopped.count == 16)
        #expect(stopped.allSatisfy { $0.code == "stopping" })
        #expect(peer.session.isFinished)
    }

    @Test func oneThatOnlyWritesIsNotReadAnyMoreAndThenCutOff() {
        var peer = Peer()
        peer.reads = false
        for _ in 0..<3000 where peer.session.wantsInput { peer.write("{\"id\":1,\"method\":\"ping\"}\n") }
        #expect(!peer.session.wantsInput)
        #expect(peer.session.output.lineCount == 128)
        peer.clock += 9_999_000
        peer.session.checkAge(at: peer.now)
        #expect(!peer.session.isCutOff)
        peer.clock += 1000
        peer.session.checkAge(at: peer.now)
        #expect(peer.session.isCutOff)
        #expect(peer.session.isFinished)
    }

    @Test func aBacklogIsAnsweredWhenTheListenerReadsAgain() {
        var peer = Peer()
        peer.reads = false
        peer.write(String(repeating: "{\"id\":1,\"method\":\"ping\"}\n", count: 1000))
        #expect(!peer.session.wantsInput)
        #expect(peer.session.wantsOutput)
        peer.reads = true
        peer.run()
        #expect(peer.lines().count == 1000)
        #expect(peer.session.wantsInput)
        #expect(!peer.session.wantsOutput)
    }
}
