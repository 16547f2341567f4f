import Keystrokes
import SystemCalls

/// Types like a scanner: text to the key events of a layout, found by asking the layout for each key and level.
struct Typist {
    var events: [InputEvent] = []
    var time = MonotonicTime(microseconds: 1_000_000)
    /// Microseconds from report to report.
    var interval: Int64 = 1000
    /// Whether MSC_SCAN stands in front of each key.
    var hasScanCodes = true
    let layout: Layout

    static let enter: UInt16 = 28
    static let shift: UInt16 = 42
    static let control: UInt16 = 29
    static let alt: UInt16 = 56
    static let altGr: UInt16 = 100
    static let capsLock: UInt16 = 58
    static let tab: UInt16 = 15
    static let keypadEnter: UInt16 = 96

    init(_ layout: Layout) {
        self.layout = layout
    }

    /// The key and level that type a character in this layout.
    static func stroke(_ scalar: UnicodeScalar, in layout: Layout) -> (key: UInt16, level: Layout.Level)? {
        for level: Layout.Level in [[], .shift, .levelThree, [.shift, .levelThree]] {
            for key in UInt16(1)...EventCode.lastTypingKey
            where layout.role(of: key) == .character && layout.character(of: key, at: level) == scalar.value {
                return (key, level)
            }
        }
        return nil
    }

    mutating func report() {
        events.append(InputEvent(time: time, type: 0, code: 0, value: 0))
        time.microseconds += interval
    }

    mutating func scanCode() {
        events.append(InputEvent(time: time, type: 4, code: 4, value: 0x70000))
    }

    mutating func down(_ key: UInt16) {
        if hasScanCodes { scanCode() }
        events.append(InputEvent(time: time, type: 1, code: key, value: 1))
    }

    mutating func up(_ key: UInt16) {
        if hasScanCodes { scanCode() }
        events.append(InputEvent(time: time, type: 1, code: key, value: 0))
    }

    mutating func tap(_ key: UInt16, holding modifiers: [UInt16] = []) {
        for modifier in modifiers { down(modifier) }
        if !modifiers.isEmpty { report() }
        down(key)
        report()
        up(key)
        report()
        for modifier in modifiers { up(modifier) }
        if !modifiers.isEmpty { report() }
    }

    mutating func type(_ text: String, end: UInt16? = Typist.enter) {
        for scalar in text.unicodeScalars {
            guard let (key, level) = Self.stroke(scalar, in: layout) else { continue }
            var modifiers: [UInt16] = []
            if level.contains(.shift) { modifiers.append(Self.shift) }
            if level.contains(.levelThree) { modifiers.append(Self.altGr) }
            tap(key, holding: modifiers)
        }
        if let end { tap(end) }
    }

    mutating func pause(milliseconds: Int64) {
        time.microseconds += milliseconds * 1000
    }

    mutating func drop() {
        events.append(InputEvent(time: time, type: 0, code: 3, value: 0))
        report()
    }
}

/// What a decoder makes of events, with a long pause at the end.
func decode(_ events: [InputEvent], _ settings: DecodingSettings = DecodingSettings(), _ layout: Layout) -> [String] {
    var decoder = ScanDecoder(settings: settings, layout: layout)
    var actions = events.compactMap { decoder.received($0) }
    if let last = events.last?.time, let action = decoder.waited(until: last.adding(milliseconds: 60_000)) {
        actions.append(action)
    }
    return actions.map(describe)
}

func describe(_ action: ScanAction) -> String {
    switch action {
    case .scan(let scan): String(decoding: scan.code, as: UTF8.self)
    case .damaged(let damage, _): "damaged:\(damage.rawValue)"
    }
}
