import CXKB
import Keystrokes
import SystemCalls

/// Types as a scanner that is set to a country: asks libxkbcommon itself which key and modifiers give each character, and not
/// the project's table.
struct CardTypist {
    private(set) var events: [InputEvent] = []
    private var time = MonotonicTime(microseconds: 1_000_000)

    static let shift: UInt16 = 42
    static let altGr: UInt16 = 100
    static let enter: UInt16 = 28
    static let alt: UInt16 = 56
    static let numLock: UInt16 = 69

    /// Which key, and whether Shift and AltGr are held.
    struct Stroke {
        var key: UInt16
        var modifiers: [UInt16]
    }

    /// The strokes of `text`; nil if the layout does not exist or has one of its characters only behind a dead key.
    static func strokes(_ text: String, in layout: String) -> [Stroke]? {
        guard let context = xkb_context_new(XKB_CONTEXT_NO_FLAGS) else { return nil }
        defer { xkb_context_unref(context) }
        xkb_context_set_log_level(context, XKB_LOG_LEVEL_CRITICAL)
        let parts = layout.split(separator: "(")
        let variant = parts.count > 1 ? String(parts[1].dropLast()) : ""
        let keymap = String(parts[0]).withCString { layout in
            variant.withCString { variant in
                var names = xkb_rule_names(rules: nil, model: nil, layout: layout, variant: variant, options: nil)
                return xkb_keymap_new_from_names(context, &names, XKB_KEYMAP_COMPILE_NO_FLAGS)
            }
        }
        guard let keymap else { return nil }
        defer { xkb_keymap_unref(keymap) }
        return text.unicodeScalars.reduce(into: [Stroke]?([])) { strokes, scalar in
            guard let stroke = stroke(scalar, in: keymap) else {
                strokes = nil
                return
            }
            strokes?.append(stroke)
        }
    }

    /// Presses modifiers and key on a keyboard at rest and looks at what comes: plain first, then Shift, AltGr, both.
    private static func stroke(_ scalar: UnicodeScalar, in keymap: OpaquePointer) -> Stroke? {
        for modifiers in [[], [shift], [altGr], [altGr, shift]] {
            // The main block with Space, and the keys that some countries' keyboards have besides.
            for key in Array(UInt16(2)...53) + [57, 86, 89, 124] {
                guard let state = xkb_state_new(keymap) else { return nil }
                defer { xkb_state_unref(state) }
                for modifier in modifiers { xkb_state_update_key(state, UInt32(modifier) + 8, XKB_KEY_DOWN) }
                let symbol = xkb_state_key_get_one_sym(state, UInt32(key) + 8)
                guard xkb_keysym_to_utf32(symbol) == scalar.value else { continue }
                return Stroke(key: key, modifiers: modifiers)
            }
        }
        return nil
    }

    mutating func type(_ strokes: some Sequence<Stroke>, end: Bool = true) {
        for stroke in strokes { tap(stroke.key, holding: stroke.modifiers) }
        if end { tap(Self.enter) }
    }

    /// Types with Alt held and three digits on the keypad for each character.
    mutating func typeByAlt(_ text: String) {
        // KEY_KP0, then KEY_KP1 to KEY_KP9.
        let digits: [UInt16] = [82, 79, 80, 81, 75, 76, 77, 71, 72, 73]
        tap(Self.numLock)
        for byte in text.utf8 {
            report(Self.alt, 1)
            for digit in [byte / 100, byte / 10 % 10, byte % 10] { tap(digits[Int(digit)]) }
            report(Self.alt, 0)
        }
        tap(Self.enter)
    }

    mutating func pause() { time = time.adding(milliseconds: 2000) }

    /// The kernel has dropped events.
    mutating func drop() {
        events.append(InputEvent(time: time, type: EventCode.synchronization, code: EventCode.synDropped, value: 0))
        events.append(InputEvent(time: time, type: EventCode.synchronization, code: EventCode.synReport, value: 0))
    }

    mutating func tap(_ key: UInt16, holding modifiers: [UInt16] = []) {
        for modifier in modifiers { report(modifier, 1) }
        report(key, 1)
        report(key, 0)
        for modifier in modifiers.reversed() { report(modifier, 0) }
    }

    private mutating func report(_ key: UInt16, _ value: Int32) {
        events.append(InputEvent(time: time, type: EventCode.key, code: key, value: value))
        events.append(InputEvent(time: time, type: EventCode.synchronization, code: EventCode.synReport, value: 0))
        time.microseconds += 1000
    }
}
