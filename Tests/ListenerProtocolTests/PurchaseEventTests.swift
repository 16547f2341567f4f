import FoundationEssentials
import JSON
import SystemCalls
import Testing

@testable import ListenerProtocol

@Suite struct PurchaseEventTests {
    private static let prefix = #""seq":1,"time":"2026-03-01T09:30:00.000125Z""#

    @Test(arguments: [
        (
            Event.purchase(
                PurchaseEvent(
                    status: .accepted, id: 7, sale: "T-1", members: ["m1", "m\"2"], amount: Decimal(12.5),
                    currency: "EUR",
                    printerText: "Saldo:\n€ 5")),
            #"{"type":"purchase",\#(prefix),"status":"accepted","purchase":7,"sale":"T-1","members":["m1","m\"2"],"amount":12.5,"currency":"EUR","refund":false,"printer_text":"Saldo:\n€ 5"}"#
        ),
        (
            .purchase(PurchaseEvent(status: .queued, id: .max, sale: "", members: [], amount: nil)),
            #"{"type":"purchase",\#(prefix),"status":"queued","purchase":9223372036854775807,"sale":"","members":[],"amount":null,"currency":null,"refund":false,"printer_text":null}"#
        ),
        (
            .purchase(
                PurchaseEvent(
                    status: .rejected, id: nil, sale: "T\u{1D}", members: ["m"], amount: -3, isRefund: true,
                    reason: "no \"such\" card")),
            #"{"type":"purchase",\#(prefix),"status":"rejected","purchase":null,"sale":"T\u001d","members":["m"],"amount":-3,"currency":null,"refund":true,"printer_text":null,"reason":"no \"such\" card"}"#
        ),
        (
            .purchase(PurchaseEvent(status: .failed, id: 1, sale: "T-1", members: ["m"], amount: 0, reason: "")),
            #"{"type":"purchase",\#(prefix),"status":"failed","purchase":1,"sale":"T-1","members":["m"],"amount":0,"currency":null,"refund":false,"printer_text":null,"reason":""}"#
        ),
        (
            .balance(
                BalanceEvent(member: "m1", old: Decimal(10.25), new: 35, displayText: "Hola \"Ana\"", sale: "T-1")),
            #"{"type":"balance",\#(prefix),"member":"m1","old":10.25,"new":35,"display_text":"Hola \"Ana\"","sale":"T-1"}"#
        ),
        (
            .balance(BalanceEvent(member: "m1", old: nil, new: nil, displayText: "", sale: "")),
            #"{"type":"balance",\#(prefix),"member":"m1","old":null,"new":null,"display_text":"","sale":""}"#
        ),
    ])
    func encodes(event: Event, line: String) {
        var journal = EventJournal()
        let entry = journal.append(event, at: sampleTime)
        #expect(String(decoding: entry.line, as: UTF8.self) == line + "\n")
        #expect(entry.type == event.type)
    }

    @Test func eachTypeHasItsNameAndItsPlace() {
        #expect(
            EventTypes.all.names == ["scanner", "scan", "scan_damaged", "member", "pass", "purchase", "balance"])
        for type in EventType.allCases {
            #expect(EventTypes(type).names == [type.rawValue])
            #expect(EventTypes.all.contains(EventTypes(type)))
            #expect(EventTypes.all.subtracting(EventTypes(type)).names.count == EventType.allCases.count - 1)
        }
    }

    private let events: [Event] = [
        .purchase(PurchaseEvent(status: .queued, id: 1, sale: "T-1", members: ["m"], amount: 1)),
        .balance(BalanceEvent(member: "m", old: 1, new: 2, displayText: "d", sale: "T-1")),
    ]

    @Test func comeToWhoAsksForThem() {
        var both = Peer()
        var one = Peer()
        var scans = Peer()
        both.write("{\"id\":1,\"method\":\"subscribe\",\"types\":[\"balance\",\"purchase\"]}\n")
        one.write("{\"id\":1,\"method\":\"subscribe\",\"types\":[\"balance\"]}\n")
        scans.write("{\"id\":1,\"method\":\"subscribe\",\"types\":[\"scan\"]}\n")
        #expect(both.lines().first?["types"] == ["purchase", "balance"])
        #expect(one.lines().first?["types"] == ["balance"])
        _ = scans.lines()
        for event in events {
            both.publish(event)
            one.publish(event)
            scans.publish(event)
        }
        #expect(both.lines().map(\.type) == ["purchase", "balance"])
        #expect(one.lines().map(\.seq) == [2])
        #expect(scans.lines().isEmpty)
    }

    @Test func areHeldOverARestart() throws {
        var journal = EventJournal()
        for event in events + [sampleScan("1")] + events { journal.append(event, at: sampleTime) }
        let record = JournalRecord(
            instance: "2b0c8a52-6a2e-4a55-9d3c-0f8f5a1e2c11", scans: 1, journal: journal)
        let read = try #require(JournalRecord(record.bytes)).journal
        #expect(read.first == 1)
        #expect(read.last == 5)
        for seq in UInt64(1)...5 {
            #expect(read.entry(seq)?.type == journal.entry(seq)?.type)
            #expect(read.entry(seq)?.line == journal.entry(seq)?.line)
        }
        var peer = Peer(journal: read)
        peer.write("{\"id\":1,\"method\":\"subscribe\",\"since\":1,\"instance\":\"i1\"}\n")
        #expect(
            peer.lines().map(\.type) == ["reply", "snapshot", "balance", "scan", "purchase", "balance"])
    }
}
