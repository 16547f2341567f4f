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
        arguments: ["E: 0.1 0001 001e 1", "E: 0.000001 0001 001e", "E: x 1 1 1", "E: 0.000001 10000 1 1", "E:"])
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
