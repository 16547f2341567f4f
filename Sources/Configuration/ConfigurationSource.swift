import TOMLKit

/// The text that a configuration is read from, for errors with a line.
struct ConfigurationSource {
    let file: String
    let positions: TOMLPositions

    /// Parses `text` and notes where everything in it stands.
    ///
    /// TOMLKit never frees a table: some 10 KiB stay behind for a full configuration, at the start and at each reload.
    static func document(
        _ text: String, file: String
    ) throws(ConfigurationError) -> (table: TOMLTable, source: ConfigurationSource) {
        func syntax(_ line: Int?, _ message: String) -> ConfigurationError {
            ConfigurationError(file: file, line: line, code: .syntax, message: "this is not TOML: \(message)")
        }
        do {
            let positions = try TOMLScanner.positions(in: Array(text.utf8))
            return (try TOMLTable(string: text), ConfigurationSource(file: file, positions: positions))
        } catch let fault as TOMLScanner.Fault {
            throw syntax(fault.line, fault.message)
        } catch let error as TOMLParseError {
            throw syntax(error.source.begin.line, harmless(error.description))
        } catch {
            throw syntax(nil, "unknown fault")
        }
    }

    func fault(_ code: ConfigurationError.Code, at path: [TOMLStep], _ message: String) -> ConfigurationError {
        ConfigurationError(file: file, line: positions.line(of: path), code: code, message: message)
    }

    /// TOMLKit's text on one line, without what it cites of values and other text that may be a secret. Of keys that are
    /// defined twice the names stay.
    static func harmless(_ message: String) -> String {
        let namesKey = message.contains("cannot redefine") || message.contains("cannot insert")
        var parts: [String] = []
        for part in message.split(separator: "'", omittingEmptySubsequences: false) {
            let isCited = !parts.count.isMultiple(of: 2)
            let isHarmless = part.utf8.count <= 5 || (namesKey && String(part).looksLikeKey)
            parts.append(isCited && !isHarmless ? "…" : String(part))
        }
        let text = parts.joined(separator: "'").unicodeScalars.map { $0 == "\n" ? "\\n" : String($0) }.joined()
        return text.printable(atMost: 300)
    }
}
