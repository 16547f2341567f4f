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
    ///
    /// Where the system has no compose table (Debian's `libx11-data`), dead keys name nothing.
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
        guard let reader = KeymapReader(keymap: keymap) else { throw .unknown(name) }
        let keysyms = reader.keysyms()
        var compose: ComposeReader?
        if keysyms.contains(where: ComposeReader.isDead),
            let table = xkb_compose_table_new_from_locale(context, "en_US.UTF-8", XKB_COMPOSE_COMPILE_NO_FLAGS)
        {
            defer { xkb_compose_table_unref(table) }
            compose = ComposeReader(keysyms: Set(keysyms), table: table)
        }
        self.init(
            name: name, roles: reader.roles, conditional: reader.conditional,
            symbols: keysyms.map { Self.symbol($0, compose) },
            compositions: compose?.compositions ?? Compositions())
    }

    private static func symbol(_ keysym: xkb_keysym_t, _ compose: ComposeReader?) -> Symbol {
        if ComposeReader.isDead(keysym) { return compose?.deadKey(of: keysym).map { Symbol($0) } ?? .none }
        let character = xkb_keysym_to_utf32(keysym)
        // Keys that edit (Escape, BackSpace, Delete) are no text, although xkb has a control character for each.
        return switch character {
        case 9, 10, 13: Symbol(character: character)
        case 0..<0x20, 0x7F: .none
        default: Symbol(character: character)
        }
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
