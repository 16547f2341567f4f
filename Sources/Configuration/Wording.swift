import TextChecks

/// The known word that somebody most likely meant: one that begins alike, or the one with the fewest letters to change, at most
/// two or a third of its length.
func nearest(to word: String, in known: [String]) -> String? {
    guard word.utf8.count <= 64 else { return nil }
    let word = String(word.lowercased().map { $0 == "-" ? "_" : $0 })
    var best: (word: String, distance: Int)?
    for candidate in known {
        let isPrefix = word.count >= 4 && (candidate.hasPrefix(word) || word.hasPrefix(candidate))
        let distance = isPrefix ? 1 : editDistance(word, candidate)
        if distance <= max(1, min(2, candidate.count / 3)), distance < best?.distance ?? .max {
            best = (candidate, distance)
        }
    }
    return best?.word
}

/// Levenshtein's distance: letters to insert, to delete or to replace.
private func editDistance(_ left: String, _ right: String) -> Int {
    let right = Array(right.unicodeScalars)
    var row = Array(0...right.count)
    for (index, scalar) in left.unicodeScalars.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for column in right.indices {
            let replaced = diagonal + (scalar == right[column] ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
        }
    }
    return row[right.count]
}

/// The values of a type as a message lists them.
func list<Value: RawRepresentable & CaseIterable>(_ type: Value.Type) -> String where Value.RawValue == String {
    type.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
}

extension String {
    /// The text for one line of a terminal, without control characters and not long.
    func printable(atMost length: Int) -> String {
        var result = ""
        for scalar in unicodeScalars.prefix(length) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: result.unicodeScalars.append("?")
            default: result.unicodeScalars.append(scalar)
            }
        }
        return unicodeScalars.count > length ? result + "…" : result
    }

    /// Whether the text looks like the name of a key and not like a token (48 letters and digits) that slipped into its place.
    var looksLikeKey: Bool { (1...32).contains(utf8.count) && utf8.allSatisfy { $0.isAlphanumeric(or: "_-.") } }
}
