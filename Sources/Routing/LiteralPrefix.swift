import TextChecks

/// The text that every match of a pattern begins with, as far as the pattern writes it out behind `^`.
struct LiteralPrefix {
    /// Empty if there is none, or if there may be.
    private(set) var text = ""
    /// Whether the pattern says nothing more, so that every text that begins so matches.
    private(set) var isWhole = false

    init(_ pattern: String) {
        guard pattern.first == "^", !Self.mayBranch(pattern) else { return }
        var rest = pattern.unicodeScalars.dropFirst()
        while let scalar = rest.first {
            var literal = scalar
            if scalar == "\\" {
                // An escaped mark is itself. An escaped letter or digit has a meaning of its own.
                guard let escaped = rest.dropFirst().first, Self.isMark(escaped) else { return }
                literal = escaped
                rest = rest.dropFirst()
            } else if Self.special.contains(scalar) {
                // What may be there no time or several times is none of it.
                if "?*{".unicodeScalars.contains(scalar) { text = String(text.unicodeScalars.dropLast()) }
                return
            }
            text.unicodeScalars.append(literal)
            rest = rest.dropFirst()
        }
        isWhole = true
    }

    private static let special = ".[](){}*+?|^$\\".unicodeScalars

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && scalar.value > 0x20 && !UInt8(ascii: scalar).isAlphanumeric(or: "")
    }

    /// Whether a `|` stands outside of groups and sets, as far as can be told without knowing all of the syntax: quoted text and
    /// comments, in which brackets stand for themselves, are not looked through.
    private static func mayBranch(_ pattern: String) -> Bool {
        guard pattern.unicodeScalars.contains("|") else { return false }
        var (depth, isInSet, isEscaped) = (0, false, false)
        var last: Unicode.Scalar = "^"
        for scalar in pattern.unicodeScalars {
            defer { last = isEscaped ? "\\" : scalar }
            if isEscaped {
                if scalar == "Q" { return true }
                isEscaped = false
                continue
            }
            switch scalar {
            case "\\": isEscaped = true
            case "#": return true
            case "[":
                // A bracket inside of a set, or behind its beginning, is too much for this.
                if isInSet { return true }
                isInSet = true
            case "]":
                if last == "[" || last == "^" { return true }
                isInSet = false
            case "(" where !isInSet: depth += 1
            case ")" where !isInSet: depth -= 1
            case "|" where !isInSet && depth <= 0: return true
            default: break
            }
        }
        return false
    }
}
