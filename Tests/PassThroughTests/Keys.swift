import Keystrokes
import SystemCalls

@testable import PassThrough

/// A scanner of the layout us, with its decoder and its keys: what the reader does between them, without I/O.
struct TestScanner {
    var decoder: ScanDecoder
    var keys: ScanKeys
    /// `scan CODE KEYS`, `damaged REASON`, `following KEYS` and `alone KEYS`, in their order.
    private(set) var told: [String] = []
    var now = MonotonicTime(microseconds: 1_000_000)

    init(_ settings: DecodingSettings = DecodingSettings()) throws {
        decoder = ScanDecoder(settings: settings, layout: try Layout(named: settings.layout))
        keys = ScanKeys(gapMilliseconds: settings.gapMilliseconds)
    }

    /// One report: keys that go down are positive, those that go up negative.
    mutating func report(_ changes: Int...) {
        for change in changes {
            receive(EventCode.key, UInt16(abs(change)), change > 0 ? 1 : 0)
        }
        receive(EventCode.synchronization, EventCode.synReport, 0)
        now.microseconds += 1000
    }

    mutating func tap(_ keys: Int...) {
        for key in keys {
            report(key)
            report(-key)
        }
    }

    mutating func receive(_ type: UInt16, _ code: UInt16, _ value: Int32) {
        let event = InputEvent(time: now, type: type, code: code, value: value)
        if let action = decoder.received(event) { tell(action, keys.codeTold(decoder.boundaries)) }
        if let lone = keys.received(event, decoder.boundaries, isIdle: decoder.deadline == nil) { tell(lone) }
    }

    mutating func pause(milliseconds: Int) {
        now = now.adding(milliseconds: milliseconds)
        if let action = decoder.waited(until: now) { tell(action, keys.codeTold(decoder.boundaries)) }
        let hasCommand = decoder.hasCommandKeys
        guard decoder.deadline == nil, let deadline = keys.deadline, now > deadline else { return }
        if hasCommand { decoder.idled() }
        if let lone = keys.waited(until: now, decoder.boundaries, hasCommand: hasCommand) { tell(lone) }
    }

    mutating func unplug() {
        let action = decoder.unplugged()
        let rest = keys.codeInterrupted(decoder.boundaries)
        if let action { tell(action, rest) }
    }

    private mutating func tell(_ action: ScanAction, _ keys: CodeKeys) {
        switch action {
        case .scan(let scan):
            let command = scan.hasCommandKeys ? "!" : ""
            told.append("scan\(command) \(String(decoding: scan.code, as: UTF8.self)) \(keys.steps.text)")
        case .damaged(let damage, _): told.append("damaged \(damage.rawValue)")
        }
    }

    private mutating func tell(_ lone: ScanKeys.Lone) {
        switch lone {
        case .following(let steps): told.append("following \(steps.text)")
        case .alone(let steps): told.append("alone \(steps.text)")
        }
    }
}

extension [KeyStep] {
    /// `2+ 2-` for a key that goes down and up, `|` for the end of a packet.
    var text: String {
        map { step in step.key.map { "\($0)\(step.isDown ? "+" : "-")" } ?? "|" }.joined(separator: " ")
    }

    /// A key's tap, in two packets.
    static func tap(_ keys: UInt16...) -> [KeyStep] {
        keys.flatMap { [.down($0), .packetEnd, .up($0), .packetEnd] }
    }
}
