import Keystrokes
import SystemCalls
import Testing

/// A process dies at any event, and the next one goes on: nothing wrong is ever delivered, and nothing is lost in silence.
@Suite("Taking over from a decoder that is gone")
struct TakeOverTests {
    /// What a scanner types, and what its codes are.
    struct Stream: CustomStringConvertible, Sendable {
        let name: String
        let events: [InputEvent]
        let codes: [String]
        let settings: DecodingSettings

        var description: String { name }
    }

    /// How far a process came: it decoded some events, had read some more, and left a mark.
    private struct Death {
        let read: Int
        let mark: DecoderMark
    }

    static let codes = ["AbC-12", "400638", "OW-12", "x", "400638"]

    static func streams() throws -> [Stream] {
        let us = try Layout(named: "us")
        let keyboard = try Keyboard("us")
        var byPause = DecodingSettings()
        byPause.endKeys = []
        return Typist.Manner.allCases.flatMap { manner in
            [(Typist.enter, 150), (Typist.enter, 2), (nil, 400), (nil, 1500)].map { end, pause in
                var typist = Typist(us)
                for code in codes {
                    typist.type(code.unicodeScalars, on: keyboard, manner, end: end)
                    typist.pause(milliseconds: Int64(pause))
                }
                return Stream(
                    name: "\(manner), end \(end ?? 0), \(pause) ms", events: typist.events, codes: codes,
                    settings: end == nil ? byPause : DecodingSettings())
            }
        }
    }

    /// The marks that a process may leave when it has decoded `decoded` of the events.
    private static func deaths(_ decoder: ScanDecoder, _ events: [InputEvent], decoded: Int) -> [Death] {
        var deaths = [Death(read: decoded, mark: decoder.mark)]
        for more in [1, 7, 64] where decoded + more <= events.count {
            let read = decoded + more
            deaths.append(Death(read: read, mark: DecoderMark(stage: .lost, lastKey: events[read - 1].time)))
            deaths.append(Death(read: read, mark: DecoderMark(stage: .unknown)))
        }
        return deaths
    }

    private static func decode(_ decoder: inout ScanDecoder, _ events: some Sequence<InputEvent>) -> [String] {
        events.compactMap { decoder.received($0).map(describe) }
    }

    private static func successor(
        _ death: Death, _ stream: Stream, _ layout: Layout, after milliseconds: Int, hasSameSettings: Bool = true
    ) -> ScanDecoder {
        let last = death.read > 0 ? stream.events[death.read - 1].time : MonotonicTime(microseconds: 0)
        var decoder = ScanDecoder(settings: stream.settings, layout: layout)
        decoder.tookOver(
            from: death.mark, hasSameSettings: hasSameSettings, at: last.adding(milliseconds: milliseconds))
        return decoder
    }

    /// What is wrong with what was told; nil if nothing is.
    private static func fault(_ told: [String], _ codes: [String]) -> String? {
        let delivered = told.filter { !$0.hasPrefix("damaged:") }
        var rest = codes[...]
        for code in delivered {
            guard let index = rest.firstIndex(of: code) else { return "\(code) is wrong or told twice: \(told)" }
            rest = rest[(index + 1)...]
        }
        if delivered.count < codes.count, delivered.count == told.count { return "lost in silence: \(told)" }
        return nil
    }

    /// What a decoder makes of the events from this one on, with a long pause at the end.
    private static func rest(of stream: Stream, from index: Int, by decoder: inout ScanDecoder) -> [String] {
        var told = decode(&decoder, stream.events[index...])
        if let last = stream.events.last?.time, let action = decoder.waited(until: last.adding(milliseconds: 60_000)) {
            told.append(describe(action))
        }
        return told
    }

    @Test("at every event, with every mark, at once and late", arguments: try streams())
    func once(_ stream: Stream) throws {
        let us = try Layout(named: "us")
        var first = ScanDecoder(settings: stream.settings, layout: us)
        var told: [String] = []
        for decoded in 0...stream.events.count {
            for death in Self.deaths(first, stream.events, decoded: decoded) {
                for (late, same) in [(0, true), (50, true), (400, true), (5000, true), (0, false), (400, false)] {
                    var next = Self.successor(death, stream, us, after: late, hasSameSettings: same)
                    let all = told + Self.rest(of: stream, from: death.read, by: &next)
                    if let fault = Self.fault(all, stream.codes) {
                        Issue.record(
                            "decoded \(decoded), read \(death.read), \(death.mark.stage), \(late) ms: \(fault)")
                        return
                    }
                }
            }
            if decoded < stream.events.count { told += Self.decode(&first, [stream.events[decoded]]) }
        }
        told += Self.rest(of: stream, from: stream.events.count, by: &first)
        #expect(told == stream.codes, "the stream is no good without a death")
    }

    @Test("twice, the second time while the first one's damage is still under way", arguments: try streams())
    func twice(_ stream: Stream) throws {
        let us = try Layout(named: "us")
        var first = ScanDecoder(settings: stream.settings, layout: us)
        var told: [String] = []
        for decoded in 0..<stream.events.count {
            for death in Self.deaths(first, stream.events, decoded: decoded) {
                var second = Self.successor(death, stream, us, after: 1)
                var toldBySecond: [String] = []
                for step in death.read..<min(death.read + 24, stream.events.count) {
                    toldBySecond += Self.decode(&second, [stream.events[step]])
                    let mark = second.mark
                    var third = Self.successor(Death(read: step + 1, mark: mark), stream, us, after: 1)
                    let all = told + toldBySecond + Self.rest(of: stream, from: step + 1, by: &third)
                    if let fault = Self.fault(all, stream.codes) {
                        Issue.record(
                            "decoded \(decoded), read \(death.read), \(death.mark.stage), again at \(step + 1), \(mark.stage): \(fault)"
                        )
                        return
                    }
                }
            }
            told += Self.decode(&first, [stream.events[decoded]])
        }
    }

    /// The kernel wakes a reader with whole reports. Codes without an end key that follow each other closely are the rest of one
    /// that was cut off, for all that one knows.
    @Test("one scan is all that a death costs", arguments: try streams().filter { !$0.name.hasSuffix(" 400 ms") })
    func cost(_ stream: Stream) throws {
        let us = try Layout(named: "us")
        var first = ScanDecoder(settings: stream.settings, layout: us)
        var told: [String] = []
        for (index, event) in stream.events.enumerated() {
            told += Self.decode(&first, [event])
            guard event.type == EventCode.synchronization else { continue }
            var next = Self.successor(Death(read: index + 1, mark: first.mark), stream, us, after: 0)
            let all = told + Self.rest(of: stream, from: index + 1, by: &next)
            let delivered = all.filter { !$0.hasPrefix("damaged:") }.count
            #expect(delivered >= stream.codes.count - 1, "decoded \(index + 1): \(all)")
        }
    }
}
