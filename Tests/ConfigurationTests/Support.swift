import TOMLKit

@testable import Configuration

/// Layouts that a real xkb has.
func isUsualLayout(_ layout: String) -> Bool {
    ["us", "es", "fr", "de", "gb", "it", "pt", "es(cat)"].contains(layout)
}

func parse(_ text: String, needsAccount: Bool = true) throws(ConfigurationError) -> Configuration {
    try Configuration.parse(text, file: "test.toml", needsAccount: needsAccount, knowsLayout: isUsualLayout)
}

/// The error that a text gives; nil if it gives none.
func faultOfText(_ text: String) -> ConfigurationError? {
    do {
        _ = try parse(text)
        return nil
    } catch {
        return error
    }
}

/// What TOMLKit finds in a text and the scanner does not.
func keysWithoutPosition(in text: String) throws -> [[TOMLStep]] {
    let positions = try TOMLScanner.positions(in: Array(text.utf8))
    var lacking: [[TOMLStep]] = []
    func walk(_ value: any TOMLValueConvertible, _ path: [TOMLStep]) {
        if !path.isEmpty, positions.order(of: path) == nil { lacking.append(path) }
        if let table = value.table {
            for key in table.keys {
                if let inner = table[key] { walk(inner, path + [.key(key)]) }
            }
        } else if let array = value.array {
            for (index, inner) in array.enumerated() { walk(inner, path + [.index(index)]) }
        }
    }
    walk(try TOMLTable(string: text), [])
    return lacking
}
