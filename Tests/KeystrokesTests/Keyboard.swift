import CXKB
import Glibc
import Testing

/// A keyboard of one country as libxkbcommon has it: which strokes make which character.
///
/// It is made without the project's own table of a layout: each key is pressed on an xkb state, with the modifiers really down,
/// and dead keys run through an xkb compose state. What it types is what the country's users type.
struct Keyboard {
    /// One key with the modifiers around it.
    struct Stroke: Hashable {
        let modifiers: [UInt16]
        let key: UInt16
    }

    /// The strokes for each character, the plainest first: more than one where a dead key is needed.
    let strokes: [UnicodeScalar: [Stroke]]

    private static let combinations: [[UInt16]] = [[], [Typist.shift], [Typist.altGr], [Typist.altGr, Typist.shift]]

    /// Every layout and variant that the system's xkb data lists, as `layout` or `layout(variant)`.
    static func allNames() throws -> [String] {
        let places = ["/usr/share/X11/xkb", "/usr/share/xkeyboard-config-2"]
        let path = try #require(places.map { $0 + "/rules/evdev.lst" }.first { access($0, R_OK) == 0 })
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var names: [String] = []
        var section = ""
        var buffer = [CChar](repeating: 0, count: 1024)
        while fgets(&buffer, Int32(buffer.count), file) != nil {
            let line = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let words = line.split { $0 == " " || $0 == "\n" }.map(String.init)
            if words.first == "!" {
                section = words.count > 1 ? words[1] : ""
            } else if section == "layout", let name = words.first, name != "custom" {
                names.append(name)
            } else if section == "variant", words.count > 1 {
                names.append("\(words[1].split(separator: ":")[0])(\(words[0]))")
            }
        }
        return names
    }

    init(_ name: String) throws {
        let parts = name.split(separator: "(").map { $0.hasSuffix(")") ? String($0.dropLast()) : String($0) }
        let context = try #require(xkb_context_new(XKB_CONTEXT_NO_ENVIRONMENT_NAMES))
        defer { xkb_context_unref(context) }
        xkb_context_set_log_level(context, XKB_LOG_LEVEL_CRITICAL)
        let keymap = "evdev".withCString { rules in
            "pc105".withCString { model in
                parts[0].withCString { layout in
                    (parts.count > 1 ? parts[1] : "").withCString { variant in
                        "".withCString { options in
                            var names = xkb_rule_names(
                                rules: rules, model: model, layout: layout, variant: variant, options: options)
                            return xkb_keymap_new_from_names(context, &names, XKB_KEYMAP_COMPILE_NO_FLAGS)
                        }
                    }
                }
            }
        }
        let map = try #require(keymap, "no layout \(name)")
        defer { xkb_keymap_unref(map) }
        let table = try #require(
            xkb_compose_table_new_from_locale(context, "en_US.UTF-8", XKB_COMPOSE_COMPILE_NO_FLAGS),
            "no compose table: install libx11-data")
        defer { xkb_compose_table_unref(table) }
        strokes = Self.strokes(keymap: map, compose: table)
    }

    private static func strokes(keymap: OpaquePointer, compose: OpaquePointer) -> [UnicodeScalar: [Stroke]] {
        var found: [UnicodeScalar: [Stroke]] = [:]
        var symbols: [(Stroke, xkb_keysym_t)] = []
        for modifiers in combinations {
            for key in UInt16(1)...255 where !modifiers.contains(key) {
                let stroke = Stroke(modifiers: modifiers, key: key)
                guard let keysym = keysym(of: stroke, keymap) else { continue }
                symbols.append((stroke, keysym))
                let value = xkb_keysym_to_utf32(keysym)
                guard value > 0x20 || value == 0x20, value != 0x7F, let scalar = UnicodeScalar(value) else { continue }
                if found[scalar] == nil { found[scalar] = [stroke] }
            }
        }
        let accents = symbols.filter { (0xFE50...0xFE93).contains($0.1) }
        for accent in accents {
            for letter in symbols {
                guard let scalar = composed(accent.1, letter.1, compose), found[scalar] == nil else { continue }
                found[scalar] = [accent.0, letter.0]
            }
        }
        return found
    }

    /// Presses the modifiers and the key; nil where that types nothing, or nothing of its own: AltGr with a key that has no such
    /// level would type the same as without.
    private static func keysym(of stroke: Stroke, _ keymap: OpaquePointer) -> xkb_keysym_t? {
        guard let state = xkb_state_new(keymap) else { return nil }
        defer { xkb_state_unref(state) }
        // NumLock, since scanners that use the keypad mean its digits.
        if (71...83).contains(stroke.key) {
            xkb_state_update_key(state, 69 + 8, XKB_KEY_DOWN)
            xkb_state_update_key(state, 69 + 8, XKB_KEY_UP)
        }
        for modifier in stroke.modifiers { xkb_state_update_key(state, xkb_keycode_t(modifier) + 8, XKB_KEY_DOWN) }
        let code = xkb_keycode_t(stroke.key) + 8
        let keysym = xkb_state_key_get_one_sym(state, code)
        // A key that changes the keyboard's state types nothing.
        let before = xkb_state_serialize_mods(state, XKB_STATE_MODS_EFFECTIVE)
        let held = xkb_state_serialize_mods(state, XKB_STATE_MODS_DEPRESSED)
        let consumed = xkb_state_key_get_consumed_mods2(state, code, XKB_CONSUMED_MODE_XKB)
        let changed = xkb_state_update_key(state, code, XKB_KEY_DOWN)
        guard keysym != 0, before == xkb_state_serialize_mods(state, XKB_STATE_MODS_EFFECTIVE),
            changed.rawValue & XKB_STATE_MODS_EFFECTIVE.rawValue == 0
        else { return nil }
        let (shift, levelFive) = (xkb_mod_mask_t(1), xkb_mod_mask_t(0x20))
        // Where Shift with AltGr is a third modifier, it is not Shift with AltGr.
        if held & levelFive != 0 { return nil }
        return held & ~shift & ~consumed == 0 ? keysym : nil
    }

    /// What an accent and a letter make, if it is one character.
    private static func composed(
        _ accent: xkb_keysym_t, _ letter: xkb_keysym_t, _ table: OpaquePointer
    ) -> UnicodeScalar? {
        guard let state = xkb_compose_state_new(table, XKB_COMPOSE_STATE_NO_FLAGS) else { return nil }
        defer { xkb_compose_state_unref(state) }
        xkb_compose_state_feed(state, accent)
        xkb_compose_state_feed(state, letter)
        guard xkb_compose_state_get_status(state) == XKB_COMPOSE_COMPOSED else { return nil }
        var buffer = [CChar](repeating: 0, count: 64)
        let count = Int(xkb_compose_state_get_utf8(state, &buffer, buffer.count))
        let text = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
    }
}

extension Typist {
    /// How a scanner's firmware puts its keys into reports.
    enum Manner: CaseIterable {
        /// Modifier, key, release, each in a report of its own.
        case plain
        /// The modifier changes in the report of its key.
        case together
        /// A key goes up in the report in which the next goes down, and modifiers are held as long as they are needed.
        case rollingOver
    }

    /// Types a text on a keyboard, and an end key.
    mutating func type(
        _ text: some Sequence<UnicodeScalar>, on keyboard: Keyboard, _ manner: Manner = .plain, end: UInt16? = enter
    ) {
        var strokes = text.flatMap { keyboard.strokes[$0] ?? [] }
        if let end { strokes.append(Keyboard.Stroke(modifiers: [], key: end)) }
        switch manner {
        case .plain: for stroke in strokes { tap(stroke.key, holding: stroke.modifiers) }
        case .together:
            for stroke in strokes {
                for modifier in stroke.modifiers { down(modifier) }
                tap(stroke.key, up: stroke.modifiers)
            }
        case .rollingOver: roll(strokes)
        }
    }

    private mutating func tap(_ key: UInt16, up modifiers: [UInt16]) {
        down(key)
        report()
        for modifier in modifiers { up(modifier) }
        up(key)
        report()
    }

    /// As a HID report's fields come: modifiers first, then the key that went up, then the one that went down.
    private mutating func roll(_ strokes: [Keyboard.Stroke]) {
        var held: [UInt16] = []
        var last: UInt16?
        for stroke in strokes {
            if last == stroke.key {
                up(stroke.key)
                report()
                last = nil
            }
            for modifier in held where !stroke.modifiers.contains(modifier) { up(modifier) }
            for modifier in stroke.modifiers where !held.contains(modifier) { down(modifier) }
            held = stroke.modifiers
            if let last { up(last) }
            down(stroke.key)
            report()
            last = stroke.key
        }
        for modifier in held { up(modifier) }
        if let last { up(last) }
        report()
    }
}
