/// Walks through a TOML document and notes where its keys and elements stand.
///
/// It goes before TOMLKit and lets pass only texts whose structure is right: keys, brackets, quotes, commas, ends of lines. On
/// others TOMLKit (0.6.0, toml++ 3.4.0) may end the process: an assertion in it fails on `[=]`, it nests without end in dotted
/// keys, and it takes a NUL for the end of a text. Whether words are values, and what is defined twice, is TOMLKit's to say.
struct TOMLScanner {
    /// Why the text is not TOML, or more than a configuration needs.
    struct Fault: Error, Equatable {
        var line: Int
        var message: String
    }

    /// The most parts in a dotted key, and the most arrays and inline tables inside each other.
    static let maximumDepth = 16

    private let bytes: [UInt8]
    private var next = 0
    private var line = 1
    private var depth = 0
    private var positions = TOMLPositions()

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The positions in a whole document.
    static func positions(in bytes: [UInt8]) throws(Fault) -> TOMLPositions {
        var scanner = TOMLScanner(bytes)
        try scanner.document()
        return scanner.positions
    }

    // MARK: - Structure

    private mutating func document() throws(Fault) {
        if let end = bytes.firstIndex(of: 0) {
            let line = bytes[..<end].count { $0 == Character.newline } + 1
            throw Fault(line: line, message: "a NUL character is not allowed")
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { next = 3 }
        var table: [TOMLStep] = []
        while true {
            skipBlank()
            guard let byte = peek() else { return }
            if byte == Character.openBracket {
                table = try header()
            } else {
                try pair(in: table)
            }
            skipSpace()
            if peek() == Character.hash { skipComment() }
            guard peek() == nil || isLineBreak else { throw fault("expected the end of the line") }
        }
    }

    /// `[a.b]` or `[[a.b]]`.
    private mutating func header() throws(Fault) -> [TOMLStep] {
        let start = line
        next += 1
        let isArray = take(Character.openBracket)
        let names = try key()
        guard take(Character.closeBracket), !isArray || take(Character.closeBracket) else {
            throw fault("expected ']'")
        }
        return isArray ? positions.openElement(names, line: start) : positions.openTable(names, line: start)
    }

    /// `key = value`; each part of a dotted key is a table on the way.
    private mutating func pair(in table: [TOMLStep]) throws(Fault) {
        let start = line
        var path = table
        for name in try key() {
            path.append(.key(name))
            positions.mention(path, line: start)
        }
        guard take(Character.equals) else { throw fault("expected '='") }
        skipSpace()
        try value(at: path)
    }

    /// The parts of a key, dots between them, and the space around.
    private mutating func key() throws(Fault) -> [String] {
        var parts: [String] = []
        repeat {
            skipSpace()
            guard parts.count < Self.maximumDepth else {
                throw fault("a key of more than \(Self.maximumDepth) parts is not allowed")
            }
            parts.append(try keyPart())
            skipSpace()
        } while take(Character.dot)
        return parts
    }

    private mutating func keyPart() throws(Fault) -> String {
        switch peek() {
        case Character.quote: return try basicString()
        case Character.apostrophe: return try literalString()
        default:
            let start = next
            while let byte = peek(), Character.isBare(byte) { next += 1 }
            guard next > start else { throw fault("expected a key") }
            return String(decoding: bytes[start..<next], as: UTF8.self)
        }
    }

    private mutating func value(at path: [TOMLStep]) throws(Fault) {
        switch peek() {
        case Character.quote:
            if ahead(Character.quote, 3) { try multilineString(Character.quote) } else { _ = try basicString() }
        case Character.apostrophe:
            if ahead(Character.apostrophe, 3) {
                try multilineString(Character.apostrophe)
            } else {
                _ = try literalString()
            }
        case Character.openBracket:
            var index = 0
            try items(until: Character.closeBracket) { scanner throws(Fault) in
                scanner.positions.mention(path + [.index(index)], line: scanner.line)
                try scanner.value(at: path + [.index(index)])
                index += 1
            }
        case Character.openBrace:
            try items(until: Character.closeBrace) { scanner throws(Fault) in try scanner.pair(in: path) }
        default:
            guard let byte = peek(), Character.beginsWord(byte) else { throw fault("expected a value") }
            // A date and its time may have a space between.
            while let byte = peek(), Character.beginsWord(byte) || byte == Character.space { next += 1 }
        }
    }

    /// What stands between brackets, commas between the items.
    private mutating func items(
        until end: UInt8, _ item: (inout TOMLScanner) throws(Fault) -> Void
    ) throws(Fault) {
        guard depth < Self.maximumDepth else {
            throw fault("more than \(Self.maximumDepth) levels of values are not allowed")
        }
        depth += 1
        defer { depth -= 1 }
        next += 1
        while true {
            skipBlank()
            if take(end) { return }
            try item(&self)
            skipBlank()
            if take(Character.comma) { continue }
            guard take(end) else { throw fault("expected ',' or the closing bracket") }
            return
        }
    }

    // MARK: - Strings

    private mutating func basicString() throws(Fault) -> String {
        next += 1
        var content: [UInt8] = []
        while let byte = peek(), byte != Character.newline {
            next += 1
            switch byte {
            case Character.quote: return String(decoding: content, as: UTF8.self)
            case Character.backslash: content += try escape()
            default: content.append(byte)
            }
        }
        throw fault("a string without its closing quote")
    }

    private mutating func literalString() throws(Fault) -> String {
        next += 1
        let start = next
        while let byte = peek(), byte != Character.newline {
            next += 1
            if byte == Character.apostrophe { return String(decoding: bytes[start..<next - 1], as: UTF8.self) }
        }
        throw fault("a string without its closing quote")
    }

    private mutating func multilineString(_ quote: UInt8) throws(Fault) {
        let start = line
        next += 3
        while let byte = peek() {
            if ahead(quote, 3) {
                // One or two quotes more belong to the text.
                var count = 0
                while count < 5, take(quote) { count += 1 }
                return
            }
            next += 1
            if byte == Character.newline { line += 1 }
            // A backslash in front of blanks joins lines; they are gone through here as everything else.
            if byte == Character.backslash, quote == Character.quote, let escaped = peek(), !Character.isBlank(escaped)
            {
                _ = try escape()
            }
        }
        throw Fault(line: start, message: "a string without its closing quotes")
    }

    /// What the characters behind a backslash stand for.
    private mutating func escape() throws(Fault) -> [UInt8] {
        guard let kind = peek() else { throw fault("a string without its closing quote") }
        next += 1
        switch kind {
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "r"): return [0x0D]
        case Character.quote, Character.backslash: return [kind]
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let length = kind == UInt8(ascii: "u") ? 4 : 8
            let digits = bytes[next...].prefix(length)
            guard digits.count == length, let number = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
                let scalar = Unicode.Scalar(number)
            else { throw fault("a wrong escape sequence") }
            guard number != 0 else { throw fault("a NUL character is not allowed") }
            next += length
            return Array(String(Swift.Character(scalar)).utf8)
        default: throw fault("a wrong escape sequence")
        }
    }

    // MARK: - Bytes

    private func fault(_ message: String) -> Fault { Fault(line: line, message: message) }

    private func peek() -> UInt8? { next < bytes.count ? bytes[next] : nil }

    private func ahead(_ byte: UInt8, _ count: Int) -> Bool {
        next + count <= bytes.count && bytes[next..<next + count].allSatisfy { $0 == byte }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        next += 1
        return true
    }

    /// Whether a line ends here, in LF or CR LF.
    private var isLineBreak: Bool {
        peek() == Character.newline
            || (peek() == Character.carriageReturn && bytes[next...].dropFirst().first == Character.newline)
    }

    private mutating func skipSpace() {
        while let byte = peek(), byte == Character.space || byte == Character.tab { next += 1 }
    }

    private mutating func skipComment() {
        while peek() != nil, !isLineBreak { next += 1 }
    }

    /// Space, line breaks and comments.
    private mutating func skipBlank() {
        while true {
            skipSpace()
            if peek() == Character.hash { skipComment() }
            guard isLineBreak else { return }
            next += peek() == Character.newline ? 1 : 2
            line += 1
        }
    }

    /// The bytes that TOML gives a meaning.
    private enum Character {
        static let newline = UInt8(ascii: "\n")
        static let carriageReturn = UInt8(ascii: "\r")
        static let space = UInt8(ascii: " ")
        static let tab = UInt8(ascii: "\t")
        static let quote = UInt8(ascii: "\"")
        static let apostrophe = UInt8(ascii: "'")
        static let backslash = UInt8(ascii: "\\")
        static let hash = UInt8(ascii: "#")
        static let dot = UInt8(ascii: ".")
        static let comma = UInt8(ascii: ",")
        static let equals = UInt8(ascii: "=")
        static let openBracket = UInt8(ascii: "[")
        static let closeBracket = UInt8(ascii: "]")
        static let openBrace = UInt8(ascii: "{")
        static let closeBrace = UInt8(ascii: "}")

        static func isBlank(_ byte: UInt8) -> Bool {
            byte == space || byte == tab || byte == carriageReturn || byte == newline
        }

        static func isBare(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
            default: false
            }
        }

        /// Whether a number, a date, `true` or `nan` may begin so, or go on.
        static func beginsWord(_ byte: UInt8) -> Bool {
            isBare(byte) || byte == UInt8(ascii: "+") || byte == dot || byte == UInt8(ascii: ":")
        }
    }
}
