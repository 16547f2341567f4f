import CXKB

/// A layout that cannot be had.
public enum LayoutError: Error, Equatable, Sendable {
    /// The name is not of the form `layout` or `layout(variant)`.
    case malformedName(String)
    /// The system's xkb data has no layout of this name.
    case unknown(String)
    /// xkb's data is not installed.
    case noData
}

extension Layout {
    /// Makes the table of an xkb layout, for example `us`, `es` or `ch(fr)`. Reads files and takes some milliseconds.
    public init(named name: String) throws(LayoutError) {
        let (layout, variant) = try Self.split(name)
        guard let context = xkb_context_new(XKB_CONTEXT_NO_ENVIRONMENT_NAMES) else { throw .noData }
        defer { xkb_context_unref(context) }
        // Its messages would go to stderr; the error says all that they say.
        xkb_context_set_log_level(context, XKB_LOG_LEVEL_CRITICAL)
        let keymap = layout.withCString { layout in
            variant.withCString { variant in
                "evdev".withCString { rules in
                    "pc105".withCString { model in
                        "".withCString { options in
                            var names = xkb_rule_names(
                                rules: rules, model: model, layout: layout, variant: variant, options: options)
                            return xkb_keymap_new_from_names(context, &names, XKB_KEYMAP_COMPILE_NO_FLAGS)
                        }
                    }
                }
            }
        }
        guard let keymap else { throw .unknown(name) }
        defer { xkb_keymap_unref(keymap) }
        guard let builder = LayoutBuilder(keymap: keymap) else { throw .unknown(name) }
        self.init(name: name, roles: builder.roles, characters: builder.characters())
    }

    /// Splits `layout(variant)`. Names become parts of file names in xkb's data, hence the narrow alphabet.
    static func split(_ name: String) throws(LayoutError) -> (layout: String, variant: String) {
        let parts = name.split(separator: "(", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        var variant = ""
        if parts.count == 2 {
            guard parts[1].hasSuffix(")"), parts[1].count > 1 else { throw .malformedName(name) }
            variant = String(parts[1].dropLast())
        }
        let isName = { (text: String) in
            text.utf8.count <= 32
                && text.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                        true
                    default: false
                    }
                }
        }
        guard let layout = parts.first, !layout.isEmpty, isName(layout), isName(variant) else {
            throw .malformedName(name)
        }
        return (layout, variant)
    }
}

/// Asks a keymap for the role of each key, then for its character in each state of the modifiers.
private struct LayoutBuilder {
    let keymap: OpaquePointer
    private(set) var roles = [Layout.Role](repeating: .character, count: Layout.keyCount)
    private var shiftMask: xkb_mod_mask_t = 0
    private var levelThreeMask: xkb_mod_mask_t = 0
    private var lockMask: xkb_mod_mask_t = 0
    private var numLockMask: xkb_mod_mask_t = 0

    /// An evdev keycode is 8 less than xkb's, since X11 began at 8.
    private static let offset: xkb_keycode_t = 8

    init?(keymap: OpaquePointer) {
        self.keymap = keymap
        let mask = { (name: String) -> xkb_mod_mask_t in
            let index = xkb_keymap_mod_get_index(keymap, name)
            return index < 32 ? 1 << index : 0
        }
        shiftMask = mask(XKB_MOD_NAME_SHIFT)
        lockMask = mask(XKB_MOD_NAME_CAPS)
        let control = mask(XKB_MOD_NAME_CTRL)
        let alt = mask("Mod1")
        let logo = mask("Mod4")
        let third = mask("Mod5")
        let number = mask("Mod2")
        for key in 0..<Layout.keyCount {
            guard let effect = Effect(of: xkb_keycode_t(key) + Self.offset, in: keymap) else { return nil }
            switch (effect.held, effect.locked) {
            case (0, 0): roles[key] = effect.isPlain ? .character : .unsupported
            case (_, lockMask) where lockMask != 0: roles[key] = .capsLock
            case (_, number) where number != 0:
                roles[key] = .ignored
                numLockMask = number
            case (shiftMask, 0): roles[key] = effect.isPlain ? .shift : .unsupported
            case (control, 0): roles[key] = .control
            case (third, 0) where effect.isPlain:
                roles[key] = .levelThree
                levelThreeMask = third
            case (alt, 0), (logo, 0): roles[key] = .alt
            default: roles[key] = .unsupported
            }
        }
    }

    /// The characters of all keys in all states; a key at a level that its type does not have types nothing.
    func characters() -> [UInt32] {
        var characters = [UInt32](repeating: 0, count: Layout.keyCount * Layout.Level.count)
        guard let state = xkb_state_new(keymap) else { return characters }
        defer { xkb_state_unref(state) }
        for raw in 0..<Layout.Level.count {
            let level = Layout.Level(rawValue: UInt8(raw))
            if level.contains(.levelThree), levelThreeMask == 0 { continue }
            let held =
                (level.contains(.shift) ? shiftMask : 0) | (level.contains(.levelThree) ? levelThreeMask : 0)
            let locked = numLockMask | (level.contains(.capsLock) ? lockMask : 0)
            xkb_state_update_mask(state, held, 0, locked, 0, 0, 0)
            for key in 0..<Layout.keyCount where roles[key] == .character {
                let code = xkb_keycode_t(key) + Self.offset
                // AltGr with a key that has no third level is no character: it never yields the base character.
                if level.contains(.levelThree), !isConsumed(levelThreeMask, by: code, in: state) { continue }
                characters[key * Layout.Level.count + raw] = character(code, in: state)
            }
        }
        return characters
    }

    private func isConsumed(_ mask: xkb_mod_mask_t, by code: xkb_keycode_t, in state: OpaquePointer) -> Bool {
        xkb_state_key_get_consumed_mods2(state, code, XKB_CONSUMED_MODE_XKB) & mask == mask
    }

    private func character(_ code: xkb_keycode_t, in state: OpaquePointer) -> UInt32 {
        let character = xkb_keysym_to_utf32(xkb_state_key_get_one_sym(state, code))
        // Keys that edit (Escape, BackSpace, Delete) are no text, although xkb has a control character for each.
        return switch character {
        case 9, 10, 13: character
        case 0..<0x20, 0x7F: 0
        default: character
        }
    }
}

/// What pressing and releasing one key does to a keyboard at rest.
private struct Effect {
    let held: xkb_mod_mask_t
    let locked: xkb_mod_mask_t
    /// It latches nothing and changes no group.
    let isPlain: Bool

    init?(of code: xkb_keycode_t, in keymap: OpaquePointer) {
        guard let state = xkb_state_new(keymap) else { return nil }
        defer { xkb_state_unref(state) }
        xkb_state_update_key(state, code, XKB_KEY_DOWN)
        let group = xkb_state_serialize_layout(state, XKB_STATE_LAYOUT_EFFECTIVE)
        let pressed = xkb_state_serialize_mods(state, XKB_STATE_MODS_DEPRESSED)
        xkb_state_update_key(state, code, XKB_KEY_UP)
        locked = xkb_state_serialize_mods(state, XKB_STATE_MODS_LOCKED)
        held = pressed & ~locked
        isPlain =
            group == 0 && xkb_state_serialize_mods(state, XKB_STATE_MODS_LATCHED) == 0
            && xkb_state_serialize_layout(state, XKB_STATE_LAYOUT_EFFECTIVE) == 0
    }
}
