import CXKB
import Glibc
import SystemCalls

/// Every layout and variant that the system's xkb data lists.
public enum SystemLayouts {
    /// The longest list that is read; the usual one has 50 KB.
    private static let maximumSize = 4 << 20

    /// The layouts of `rules/evdev.lst` in the directories where libxkbcommon looks; none where there is no such list.
    public static func all() -> [LayoutCandidate] {
        guard let context = xkb_context_new(XKB_CONTEXT_NO_ENVIRONMENT_NAMES) else { return [] }
        defer { xkb_context_unref(context) }
        for index in 0..<xkb_context_num_include_paths(context) {
            guard let path = xkb_context_include_path_get(context, index) else { continue }
            let file = "\(String(cString: path))/rules/evdev.lst"
            if let bytes = try? Descriptor.open(file, O_RDONLY).readAll(atMost: maximumSize) { return parse(bytes) }
        }
        return []
    }

    /// Reads a list: sections begin with `! NAME`; a layout's line is `NAME DESCRIPTION`, a variant's
    /// `VARIANT LAYOUT: DESCRIPTION`.
    static func parse(_ bytes: some Collection<UInt8>) -> [LayoutCandidate] {
        var candidates: [LayoutCandidate] = []
        var section = ""
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            if line.hasPrefix("!") {
                section = line.dropFirst().split(separator: " ").first.map(String.init) ?? ""
                continue
            }
            let words = line.split(maxSplits: 1, whereSeparator: \.isWhitespace)
            guard words.count == 2 else { continue }
            let description = words[1].drop(while: \.isWhitespace)
            switch section {
            case "layout": candidates.append(LayoutCandidate(String(words[0]), String(description)))
            case "variant":
                guard let colon = description.firstIndex(of: ":") else { continue }
                let name = "\(description[..<colon])(\(words[0]))"
                let rest = description[description.index(after: colon)...].drop(while: \.isWhitespace)
                candidates.append(LayoutCandidate(name, String(rest)))
            default: continue
            }
        }
        return candidates
    }
}
