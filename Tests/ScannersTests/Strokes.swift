import CLinux
import Keystrokes
import SystemCalls

/// What a scanner types, as a node delivers it: digits with an end key.
struct Strokes {
    static let enter: UInt16 = 28

    private(set) var events: [InputEvent] = []
    /// The time of the next report.
    var time: MonotonicTime
    /// Microseconds from report to report.
    private let interval: Int64 = 1000

    /// A time that no test reaches: a code that begins then is ended by no pause, however slow the machine is.
    static var ahead: MonotonicTime { .now().adding(milliseconds: 600_000) }

    /// Begins at `time`.
    init(at time: MonotonicTime = .now()) {
        self.time = time
    }

    static func of(_ digits: String, end: UInt16? = Strokes.enter, at time: MonotonicTime = .now()) -> [InputEvent] {
        var strokes = Strokes(at: time)
        strokes.type(digits, end: end)
        return strokes.events
    }

    mutating func type(_ digits: String, end: UInt16? = Strokes.enter) {
        // KEY_1 is 2, KEY_9 is 10 and KEY_0 is 11.
        for digit in digits.compactMap(\.wholeNumberValue) { tap(digit == 0 ? 11 : UInt16(digit + 1)) }
        if let end { tap(end) }
    }

    mutating func pause(milliseconds: Int) {
        time = time.adding(milliseconds: milliseconds)
    }

    private mutating func tap(_ key: UInt16) {
        for value: Int32 in [1, 0] {
            events.append(InputEvent(time: time, type: EventCode.key, code: key, value: value))
            events.append(InputEvent(time: time, type: EventCode.synchronization, code: EventCode.synReport, value: 0))
            time.microseconds += interval
        }
    }
}

extension [InputEvent] {
    /// The events as read(2) delivers them, 24 bytes each.
    var bytes: [UInt8] {
        flatMap { event -> [UInt8] in
            var raw = input_event()
            raw.time.tv_sec = Int(event.time.microseconds / 1_000_000)
            raw.time.tv_usec = Int(event.time.microseconds % 1_000_000)
            raw.type = event.type
            raw.code = event.code
            raw.value = event.value
            return Swift.withUnsafeBytes(of: raw) { [UInt8]($0) }
        }
    }
}

extension ScanAction {
    /// The code, or `damaged:` and why.
    var text: String {
        switch self {
        case .scan(let scan): String(decoding: scan.code, as: UTF8.self)
        case .damaged(let damage, _): "damaged:\(damage.rawValue)"
        }
    }
}
