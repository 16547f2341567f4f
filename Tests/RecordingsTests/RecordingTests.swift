import Keystrokes
import Recordings
import SystemCalls
import Testing

@Suite("Recordings")
struct RecordingTests {
    @Test("evemu's and umockdev's lines are read and others passed over")
    func parsing() throws {
        let text = """
            # EVEMU 1.3
            N: Some scanner
            E: ID_INPUT=1
            E: 0.000001 0004 0004 458782\t# EV_MSC / MSC_SCAN
            E: 12.500000 0001 001e 1
            E: 12.500000 0000 0000 0
            """
        let recording = try Recording(parsing: Array(text.utf8))
        #expect(recording.events.count == 3)
        #expect(recording.events[1] == InputEvent(time: .init(microseconds: 12_500_000), type: 1, code: 30, value: 1))
    }

    @Test(
        "a line that is no event is an error with its number",
        arguments: [
            "E: 0.1 0001 001e 1", "E: 0.000001 0001 001e", "E: x 1 1 1", "E: 0.000001 10000 1 1", "E:",
            "E: +1.000000 0001 001e 1", "E: -1.000000 0001 001e 1", "E: 1.+00000 0001 001e 1",
            "E: 1.000000 +001 001e 1",
            "E: 1.000000 0001 001e +1", "E: 1.000000 0001 001e --1", "E: 1.000000 0001 001e -",
            "E: 1.000000 1 1 2147483648",
            "E: 1.000000 1 1 -2147483649", "E: 1000000000000.000000 1 1 1", "E: 1.000000 1 1 1 1", "E: \0\u{FFFD}",
        ])
    func broken(_ line: String) {
        #expect {
            try Recording(parsing: Array("\n\(line)".utf8))
        } throws: {
            ($0 as? RecordingError)?.line == 2
        }
    }

    @Test("what is written is read back")
    func roundTrip() throws {
        let events = [
            InputEvent(time: .init(microseconds: 5_000_123), type: 1, code: 0x1E, value: 1),
            InputEvent(time: .init(microseconds: 5_000_124), type: 0, code: 3, value: -2),
        ]
        let text = events.map { Recording.line($0, since: .init(microseconds: 5_000_000)) }.joined(separator: "\n")
        #expect(text == "E: 0.000123 0001 001e 1\nE: 0.000124 0000 0003 -2")
        let read = try Recording(parsing: Array(text.utf8)).events
        #expect(read.map(\.value) == [1, -2] && read.map(\.code) == [30, 3])
    }

    @Test("the limits of an event's numbers are read")
    func limits() throws {
        let text = "E: 999999999999.999999 ffff FFFF -2147483648\r\nE: 0.000000 0 0 2147483647 # a comment of words"
        let events = try Recording(parsing: Array(text.utf8)).events
        #expect(events.map(\.value) == [.min, .max] && events.map(\.code) == [.max, 0])
        #expect(events[0].time.microseconds == 999_999_999_999_999_999)
    }

    @Test("empty lines cost nothing, and are counted")
    func emptyLines() {
        let text = String(repeating: "\n", count: 2_000_000) + "E: x"
        #expect(throws: RecordingError(line: 2_000_001)) { try Recording(parsing: Array(text.utf8)) }
    }

    @Test("any events can be written and replayed, also those whose times no clock shows")
    func madeUp() throws {
        var decoder: ScanDecoder {
            get throws { ScanDecoder(settings: DecodingSettings(), layout: try Layout(named: "us")) }
        }
        let times: [Int64] = [.max, .min, 0, .max, .max - 1, .min + 1]
        let events = times.flatMap { time in
            [1, 0].map { InputEvent(time: .init(microseconds: time), type: 1, code: 0x1E, value: $0) }
        }
        for end in 0...events.count {
            let recording = Recording(events: Array(events.prefix(end)))
            _ = try recording.replayed(through: decoder)
        }
        #expect(Recording.line(events[0], since: .init(microseconds: .min)) == "E: 9223372036854.775807 0001 001e 1")
        #expect(Recording.line(events[2], since: .init(microseconds: .max)) == "E: 0.000000 0001 001e 1")
    }

    @Test("the end of a recording is a long pause")
    func end() throws {
        let text = "E: 0.000000 0001 0002 1\nE: 0.000000 0000 0000 0\nE: 0.001000 0001 0002 0\nE: 0.001000 0000 0000 0"
        let decoder = ScanDecoder(settings: DecodingSettings(), layout: try Layout(named: "us"))
        let actions = try Recording(parsing: Array(text.utf8)).replayed(through: decoder)
        guard case .scan(let scan)? = actions.first else {
            Issue.record("no scan")
            return
        }
        #expect(scan.code == [UInt8(ascii: "1")] && actions.count == 1)
    }
}
