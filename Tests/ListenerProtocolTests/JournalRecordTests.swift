import ListenerProtocol
import SystemCalls
import Testing

@Suite struct JournalRecordTests {
    private static let instance = "2b0c8a52-6a2e-4a55-9d3c-0f8f5a1e2c11"

    private func journal(_ count: Int) -> EventJournal {
        var journal = EventJournal()
        for number in 0..<count {
            journal.append(sampleScan("code-\(number)"), at: WallTime(microseconds: Int64(number)))
        }
        return journal
    }

    private func lines(_ journal: EventJournal) -> [String] {
        guard journal.first <= journal.last else { return [] }
        return (journal.first...journal.last).compactMap {
            journal.entry($0).map { String(decoding: $0.line, as: UTF8.self) }
        }
    }

    @Test(arguments: [0, 1, 7, 4095, 4096, 4097, 9000])
    func `a journal comes back as it was, and goes on`(count: Int) throws {
        let journal = journal(count)
        let record = JournalRecord(instance: Self.instance, scans: 12, journal: journal)
        let read = try #require(JournalRecord(record.bytes))
        #expect(read.instance == Self.instance)
        #expect(read.scans == 12)
        var again = read.journal
        #expect(again.first == journal.first)
        #expect(again.last == journal.last)
        #expect(again.heldBytes == journal.heldBytes)
        #expect(lines(again) == lines(journal))
        var straight = journal
        for time in Int64(0)..<5000 {
            let event = sampleScan("\(time)")
            again.append(event, at: WallTime(microseconds: time))
            straight.append(event, at: WallTime(microseconds: time))
        }
        #expect(again.last == UInt64(count) + 5000)
        #expect(lines(again) == lines(straight))
    }

    @Test func `a record that was cut anywhere is none`() {
        let bytes = JournalRecord(instance: Self.instance, scans: 3, journal: journal(20)).bytes
        for count in 0..<bytes.count { #expect(JournalRecord(Array(bytes[..<count])) == nil) }
        #expect(JournalRecord(bytes) != nil)
    }

    @Test func `an event of a newer version, and all before it, are no longer held`() throws {
        let bytes = JournalRecord(instance: Self.instance, scans: 3, journal: journal(5)).bytes
        var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        lines[3] = "later {\"type\":\"later\"}"
        let read = try #require(JournalRecord(Array(lines.joined(separator: "\n").utf8)))
        #expect(read.journal.first == 4)
        #expect(read.journal.last == 5)
    }

    @Test(arguments: [
        "", "\n", "scanbridge-events-1\n", "scanbridge-events-2 \(instance) 1 0 0\n",
        "scanbridge-events-1 \(instance) -1 0 0\n",
        "scanbridge-events-1 short 1 0 0\n", "scanbridge-events-1 \(instance) 1 0 1\nscan {}\n",
        "scanbridge-events-1 \(instance) 1 18446744073709551615 0\n", "scanbridge-events-1 \(instance) 1 1 1\nscan\n",
    ])
    func `what is no record is none`(text: String) {
        #expect(JournalRecord(Array(text.utf8)) == nil)
    }
}
