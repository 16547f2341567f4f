import Testing

@testable import ListenerProtocol

@Suite struct EventEncodingTests {
    private static let prefix = #""seq":1,"time":"2026-03-01T09:30:00.000125Z""#
    private static let scanner =
        #"{"id":"s1","name":"Honeywell 1450g","vendor":"0c2e","product":"0204","serial":null,"port":"pci-0-usb-1"}"#

    @Test(arguments: [
        (
            Event.scanner(sampleScanner, .connected),
            #"{"type":"scanner",\#(prefix),"scanner":\#(scanner),"state":"connected"}"#
        ),
        (
            .scanner(sampleScanner, .blocked(reason: "busy")),
            #"{"type":"scanner",\#(prefix),"scanner":\#(scanner),"state":"blocked","reason":"busy"}"#
        ),
        (
            .scan(
                ScanEvent(
                    scanID: "x", scannerID: "s1", code: "a\"\u{1D}ñ", symbology: "ean13", aim: "]E0", route: "card",
                    lookup: true, passed: true)),
            #"{"type":"scan",\#(prefix),"scan":"x","scanner":"s1","code":"a\"\u001dñ","symbology":"ean13","symbology_guessed":false,"aim":"]E0","route":"card","lookup":true,"passed":true}"#
        ),
        (
            .scan(ScanEvent(scanID: "x", scannerID: "s1", code: "1", lookup: false)),
            #"{"type":"scan",\#(prefix),"scan":"x","scanner":"s1","code":"1","symbology":null,"symbology_guessed":false,"aim":null,"route":null,"lookup":false,"passed":false}"#
        ),
        (
            .scan(ScanEvent(scanID: "x", scannerID: "s1", code: "1", lookup: true, refusal: .commandKeys)),
            #"{"type":"scan",\#(prefix),"scan":"x","scanner":"s1","code":"1","symbology":null,"symbology_guessed":false,"aim":null,"route":null,"lookup":true,"passed":false,"reason":"command_keys"}"#
        ),
        (
            .pass(PassEvent(scanID: "x", scannerID: "s1", refusal: nil)),
            #"{"type":"pass",\#(prefix),"scan":"x","scanner":"s1","passed":true}"#
        ),
        (
            .pass(PassEvent(scanID: "x", scannerID: "s1", refusal: .unanswered)),
            #"{"type":"pass",\#(prefix),"scan":"x","scanner":"s1","passed":false,"reason":"unanswered"}"#
        ),
        (
            .scanDamaged(DamagedScanEvent(scanID: "x", scannerID: "s1", reason: .tooLong)),
            #"{"type":"scan_damaged",\#(prefix),"scan":"x","scanner":"s1","reason":"too_long"}"#
        ),
        (
            .member(MemberEvent(scanID: "x", scannerID: "s1", code: "1", outcome: sampleFound)),
            #"{"type":"member",\#(prefix),"scan":"x","scanner":"s1","code":"1","status":"found","member":{"id":"m1","name":"Marcos Gómez","balance":35.5,"display_text":"Hola","rewards":[{"Id":1}]},"lookup_ms":12,"source":"live"}"#
        ),
        (
            .member(
                MemberEvent(
                    scanID: "x", scannerID: "s1", code: "1",
                    outcome: LookupOutcome(
                        status: "found", member: Member(id: "m", name: nil, balance: nil, displayText: ""),
                        lookupMilliseconds: 0, source: .cache(ageMilliseconds: 900)))),
            #"{"type":"member",\#(prefix),"scan":"x","scanner":"s1","code":"1","status":"found","member":{"id":"m","name":null,"balance":null,"display_text":"","rewards":[]},"lookup_ms":0,"source":"cache","age_ms":900}"#
        ),
        (
            .member(
                MemberEvent(
                    scanID: "x", scannerID: "s1", code: "1",
                    outcome: LookupOutcome(status: "unavailable", lookupMilliseconds: 4000))),
            #"{"type":"member",\#(prefix),"scan":"x","scanner":"s1","code":"1","status":"unavailable","lookup_ms":4000,"source":"live"}"#
        ),
    ])
    func encodes(event: Event, line: String) {
        var journal = EventJournal()
        let entry = journal.append(event, at: sampleTime)
        #expect(String(decoding: entry.line, as: UTF8.self) == line + "\n")
        #expect(entry.type == event.type)
    }
}

@Suite struct EventJournalTests {
    @Test func numbersFromOneAndHoldsTheLast() {
        var journal = EventJournal(capacity: 4)
        #expect(journal.last == 0)
        #expect(journal.first == 1)
        for number in 1...10 { journal.append(sampleScan("\(number)"), at: sampleTime) }
        #expect(journal.first == 7)
        #expect(journal.last == 10)
        #expect(journal.entry(6) == nil)
        #expect(journal.entry(11) == nil)
        for number in 7...10 {
            let line = String(decoding: journal.entry(UInt64(number))?.line ?? [], as: UTF8.self)
            #expect(line.contains("\"seq\":\(number),"))
            #expect(line.contains("\"code\":\"\(number)\""))
        }
        #expect(journal.heldBytes == (7...10).reduce(0) { $0 + (journal.entry(UInt64($1))?.line.count ?? 0) })
    }

    @Test func isBoundedInBytesButHoldsTheNewest() {
        var journal = EventJournal(capacity: 100, byteCapacity: 1000)
        for _ in 0..<20 { journal.append(sampleScan("1"), at: sampleTime) }
        #expect(journal.heldBytes <= 1000)
        #expect(journal.first > 10)
        journal.append(sampleScan(String(repeating: "7", count: 5000)), at: sampleTime)
        #expect(journal.first == 21)
        #expect(journal.last == 21)
        journal.append(sampleScan("1"), at: sampleTime)
        #expect(journal.first == 22)
    }
}
