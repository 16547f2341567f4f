import CXKB

/// Asks an xkb keymap for the role of each key, then for its keysym in each state of the modifiers.
struct KeymapReader {
    private let keymap: OpaquePointer
    /// Keys of a level that are something else while another level's key is down.
    private(set) var conditional: Set<UInt16> = []
    private(set) var roles = [Layout.Role](repeating: .character, count: Layout.keyCount)
    private let masks: Masks

    /// The keymap's masks of what is held or locked. Levels three and five hang on Mod5 and Mod3 in every layout of
    /// xkeyboard-config.
    private struct Masks {
        let shift, lock, control, alt, logo, levelThree, levelFive, number: xkb_mod_mask_t

        init(_ keymap: OpaquePointer) {
            let mask = { (name: String) -> xkb_mod_mask_t in
                let index = xkb_keymap_mod_get_index(keymap, name)
                return index < 32 ? 1 << index : 0
            }
            shift = mask(XKB_MOD_NAME_SHIFT)
            lock = mask(XKB_MOD_NAME_CAPS)
            control = mask(XKB_MOD_NAME_CTRL)
            alt = mask("Mod1")
            number = mask("Mod2")
            levelFive = mask("Mod3")
            logo = mask("Mod4")
            levelThree = mask("Mod5")
        }
    }

    /// KEY_KP7 to KEY_KPDOT, and the keypad's equals sign and comma.
    private static let keypad: Set<Int> = Set(71...83).union([117, 121])

    /// An evdev keycode is 8 less than xkb's, since X11 began at 8.
    private static let offset: xkb_keycode_t = 8

    init?(keymap: OpaquePointer) {
        self.keymap = keymap
        masks = Masks(keymap)
        for key in 0..<Layout.keyCount {
            guard let effect = Effect(of: Self.code(key), in: keymap) else { return nil }
            roles[key] = role(of: key, effect)
        }
        // A key that is another modifier while a modifier is down: what is typed with both is in doubt.
        let levelKeys = roles.indices.filter { [.shift, .levelThree, .levelFive].contains(roles[$0]) }
        for key in levelKeys {
            let alone = Effect(of: Self.code(key), in: keymap)
            let others = levelKeys.filter { roles[$0] != roles[key] }
            if others.contains(where: { Effect(of: Self.code(key), holding: Self.code($0), in: keymap) != alone }) {
                conditional.insert(UInt16(key))
            }
        }
    }

    private static func code(_ key: Int) -> xkb_keycode_t { xkb_keycode_t(key) + offset }

    private func role(of key: Int, _ effect: Effect) -> Layout.Role {
        switch (effect.held, effect.latched, effect.locked) {
        case (0, 0, 0):
            if !effect.keepsGroup { return .unsupported }
            return baseKeysym(of: key) == XKB_KEY_Scroll_Lock ? .scrollLock : .character
        case (_, 0, masks.lock) where effect.keepsGroup: return .capsLock
        case (_, 0, masks.number): return .numLock
        case (masks.shift, 0, 0): return .shift
        case (masks.control, 0, 0): return .control
        case (masks.levelThree, 0, 0): return .levelThree
        case (masks.levelThree, masks.levelThree, 0): return .levelThreeLatch
        case (masks.levelFive, 0, 0): return .levelFive
        case (masks.alt, 0, 0): return .alt
        case (masks.logo, 0, 0): return .logo
        default: return .unsupported
        }
    }

    private func baseKeysym(of key: Int) -> Int32 {
        guard let state = xkb_state_new(keymap) else { return 0 }
        defer { xkb_state_unref(state) }
        return Int32(bitPattern: xkb_state_key_get_one_sym(state, Self.code(key)))
    }

    /// The keysyms of all keys in all states, 0 where there is none.
    ///
    /// A key at a level that its type does not have names nothing: AltGr with a key that has no third level is no character,
    /// and never yields the base character.
    func keysyms() -> [xkb_keysym_t] {
        var keysyms = [xkb_keysym_t](repeating: 0, count: Layout.keyCount * Layout.Level.count)
        guard let state = xkb_state_new(keymap) else { return keysyms }
        defer { xkb_state_unref(state) }
        // A few layouts have no NumLock, and use its modifier for something else.
        let numLock = roles.contains(.numLock) ? masks.number : 0
        for raw in 0..<Layout.Level.count {
            let level = Layout.Level(rawValue: UInt8(raw))
            let higher =
                (level.contains(.levelThree) ? masks.levelThree : 0)
                | (level.contains(.levelFive) ? masks.levelFive : 0)
            let held = (level.contains(.shift) ? masks.shift : 0) | higher
            let locked = level.contains(.capsLock) ? masks.lock : 0
            for key in 0..<Layout.keyCount where roles[key] == .character || roles[key] == .levelThreeLatch {
                let isOnKeypad = Self.keypad.contains(key)
                xkb_state_update_mask(state, held, 0, locked | (isOnKeypad ? numLock : 0), 0, 0, 0)
                let code = Self.code(key)
                let consumed = xkb_state_key_get_consumed_mods2(state, code, XKB_CONSUMED_MODE_XKB)
                guard consumed & higher == higher else { continue }
                keysyms[key * Layout.Level.count + raw] = xkb_state_key_get_one_sym(state, code)
            }
        }
        return keysyms
    }
}

/// What pressing and releasing one key does to a keyboard at rest.
private struct Effect: Equatable {
    let held: xkb_mod_mask_t
    let latched: xkb_mod_mask_t
    let locked: xkb_mod_mask_t
    let keepsGroup: Bool

    /// - Parameter other: A key that is down all the time.
    init?(of code: xkb_keycode_t, holding other: xkb_keycode_t? = nil, in keymap: OpaquePointer) {
        guard let state = xkb_state_new(keymap) else { return nil }
        defer { xkb_state_unref(state) }
        if let other { xkb_state_update_key(state, other, XKB_KEY_DOWN) }
        let before = xkb_state_serialize_mods(state, XKB_STATE_MODS_DEPRESSED)
        xkb_state_update_key(state, code, XKB_KEY_DOWN)
        let group = xkb_state_serialize_layout(state, XKB_STATE_LAYOUT_EFFECTIVE)
        let pressed = xkb_state_serialize_mods(state, XKB_STATE_MODS_DEPRESSED)
        xkb_state_update_key(state, code, XKB_KEY_UP)
        latched = xkb_state_serialize_mods(state, XKB_STATE_MODS_LATCHED)
        locked = xkb_state_serialize_mods(state, XKB_STATE_MODS_LOCKED)
        held = pressed & ~locked & ~before
        keepsGroup = group == 0 && xkb_state_serialize_layout(state, XKB_STATE_LAYOUT_EFFECTIVE) == 0
    }
}
