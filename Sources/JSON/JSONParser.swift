import FoundationEssentials

/// Reads one JSON text (RFC 8259) strictly, in one pass and in time that is linear in its length.
///
/// What it reads was sent by somebody else, on a thread that must be back at the scanners within milliseconds. The decoder of
/// FoundationEssentials took 300 ms for a thousand brackets and 60 ms for 64 KiB of digits, and takes zeros for UTF-16.
struct JSONParser {
    /// Arrays and objects inside each other; a limit keeps hostile text off the end of the stack.
    static let maximumDepth = 128
    /// The same for a text that is passed on within another one.
    static let maximumDepthWithin = 100
    /// Bytes of one number.
    static let maximumNumberLength = 128

    private let text: UnsafeBufferPointer<UInt8>
    /// The members that are wanted; nil for all.
    private let names: JSONNames?
    private var position = 0
    private var depth = 0

    init(_ text: UnsafeBufferPointer<UInt8>, names: JSONNames? = nil) {
        self.text = text
        self.names = names
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    mutating func parse() throws(JSONFault) -> JSONValue {
        let value = try parseValue()
        skipSpace()
        guard position == text.count else { throw JSONFault() }
        return value
    }

    /// Where the value at `path` stands; nil if the text has none. The whole text is read.
    mutating func range(of path: [String]) throws(JSONFault) -> Range<Int>? {
        let found = try find(path[...])
        skipSpace()
        guard position == text.count else { throw JSONFault() }
        return found
    }

    private mutating func find(_ path: ArraySlice<String>) throws(JSONFault) -> Range<Int>? {
        skipSpace()
        let start = position
        guard let wanted = path.first, peek() == UInt8(ascii: "{") else {
            _ = try parseValue()
            return path.isEmpty ? start..<position : nil
        }
        try enter()
        var found: Range<Int>?
        if try !endsEmpty(with: UInt8(ascii: "}")) {
            repeat {
                skipSpace()
                let isWanted = try parseString() == wanted
                skipSpace()
                try expect(UInt8(ascii: ":"))
                if isWanted { found = try find(path.dropFirst()) } else { _ = try parseValue() }
            } while try continues(until: UInt8(ascii: "}"))
        }
        depth -= 1
        return found
    }

    private mutating func parseValue() throws(JSONFault) -> JSONValue {
        skipSpace()
        switch peek() {
        case UInt8(ascii: "{"): return try parseObject()
        case UInt8(ascii: "["): return try parseArray()
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parseLiteral("true", .bool(true))
        case UInt8(ascii: "f"): return try parseLiteral("false", .bool(false))
        case UInt8(ascii: "n"): return try parseLiteral("null", .null)
        default: return .number(try parseNumber())
        }
    }

    private mutating func parseObject() throws(JSONFault) -> JSONValue {
        try enter()
        var members: [String: JSONValue] = [:]
        if try !endsEmpty(with: UInt8(ascii: "}")) {
            repeat {
                skipSpace()
                if let names, try !isNext(in: names) {
                    try skipMember()
                    continue
                }
                let name = try parseString()
                skipSpace()
                try expect(UInt8(ascii: ":"))
                members[name] = try parseValue()
            } while try continues(until: UInt8(ascii: "}"))
        }
        depth -= 1
        return .object(members)
    }

    private mutating func parseArray() throws(JSONFault) -> JSONValue {
        try enter()
        var elements: [JSONValue] = []
        if try !endsEmpty(with: UInt8(ascii: "]")) {
            repeat { elements.append(try parseValue()) } while try continues(until: UInt8(ascii: "]"))
        }
        depth -= 1
        return .array(elements)
    }

    // MARK: What is not wanted

    /// Whether the member's name that comes next is a wanted one. Names with escapes are taken to be.
    private func isNext(in names: JSONNames) throws(JSONFault) -> Bool {
        guard peek() == UInt8(ascii: "\"") else { throw JSONFault() }
        let start = position + 1
        var end = start
        while end < text.count, text[end] != UInt8(ascii: "\"") {
            if text[end] == UInt8(ascii: "\\") { return true }
            end += 1
        }
        return names.contains(text[start..<end])
    }

    /// Passes a name and its value over; it must be JSON all the same.
    private mutating func skipMember() throws(JSONFault) {
        try skipString()
        skipSpace()
        try expect(UInt8(ascii: ":"))
        try skipValue()
    }

    private mutating func skipValue() throws(JSONFault) {
        skipSpace()
        switch peek() {
        case UInt8(ascii: "{"):
            try enter()
            if try !endsEmpty(with: UInt8(ascii: "}")) {
                repeat {
                    skipSpace()
                    try skipMember()
                } while try continues(until: UInt8(ascii: "}"))
            }
            depth -= 1
        case UInt8(ascii: "["):
            try enter()
            if try !endsEmpty(with: UInt8(ascii: "]")) {
                repeat { try skipValue() } while try continues(until: UInt8(ascii: "]"))
            }
            depth -= 1
        case UInt8(ascii: "\""): try skipString()
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): _ = try parseValue()
        default: _ = try skipNumber()
        }
    }

    /// What is in the string is looked at by whoever has validated the whole text.
    private mutating func skipString() throws(JSONFault) {
        try expect(UInt8(ascii: "\""))
        while let byte = peek(), byte >= 0x20 {
            position += 1
            if byte == UInt8(ascii: "\"") { return }
            if byte == UInt8(ascii: "\\") {
                var unused: [UInt8] = []
                try parseEscape(into: &unused)
            }
        }
        throw JSONFault()
    }

    private mutating func enter() throws(JSONFault) {
        position += 1
        depth += 1
        if depth > (names == nil ? Self.maximumDepth : Self.maximumDepthWithin) { throw JSONFault() }
    }

    private mutating func endsEmpty(with end: UInt8) throws(JSONFault) -> Bool {
        skipSpace()
        guard peek() == end else { return false }
        position += 1
        return true
    }

    private mutating func continues(until end: UInt8) throws(JSONFault) -> Bool {
        skipSpace()
        if peek() == end {
            position += 1
            return false
        }
        try expect(UInt8(ascii: ","))
        return true
    }

    private mutating func parseLiteral(_ name: StaticString, _ value: JSONValue) throws(JSONFault) -> JSONValue {
        let isThere = name.withUTF8Buffer { text[position...].starts(with: $0) }
        guard isThere else { throw JSONFault() }
        position += name.utf8CodeUnitCount
        return value
    }

    // MARK: Strings

    private mutating func parseString() throws(JSONFault) -> String {
        try expect(UInt8(ascii: "\""))
        let start = position
        while let byte = peek(), byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { position += 1 }
        if peek() == UInt8(ascii: "\"") {
            position += 1
            return try Self.string(text[start..<position - 1])
        }
        var bytes = Array(text[start..<position])
        while true {
            guard let byte = peek(), byte >= 0x20 else { throw JSONFault() }
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return try Self.string(bytes[...])
            case UInt8(ascii: "\\"): try parseEscape(into: &bytes)
            default: bytes.append(byte)
            }
        }
    }

    private static func string(_ bytes: some Collection<UInt8>) throws(JSONFault) -> String {
        guard let string = String(validating: bytes, as: UTF8.self) else { throw JSONFault() }
        return string
    }

    private mutating func parseEscape(into bytes: inout [UInt8]) throws(JSONFault) {
        guard let byte = peek() else { throw JSONFault() }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(byte)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "u"): bytes.append(contentsOf: UTF8.encode(try parseScalar()) ?? .init())
        default: throw JSONFault()
        }
    }

    /// The four digits behind `\u`, and a second escape if they are the first half of a pair. Half a pair alone is a fault.
    private mutating func parseScalar() throws(JSONFault) -> Unicode.Scalar {
        var code = try parseCodeUnit()
        if 0xD800..<0xDC00 ~= code {
            try expect(UInt8(ascii: "\\"))
            try expect(UInt8(ascii: "u"))
            let low = try parseCodeUnit()
            guard 0xDC00..<0xE000 ~= low else { throw JSONFault() }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw JSONFault() }
        return scalar
    }

    private mutating func parseCodeUnit() throws(JSONFault) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw JSONFault()
            }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }

    // MARK: Numbers

    private mutating func parseNumber() throws(JSONFault) -> Decimal {
        let start = position
        let isWhole = try skipNumber()
        let digits = String(decoding: text[start..<position], as: UTF8.self)
        if isWhole, let number = Int64(digits) { return Decimal(number) }
        guard let number = Decimal(string: digits), number.isFinite else { throw JSONFault() }
        return number
    }

    /// Passes a number over.
    ///
    /// - Returns: Whether it is written as a whole one.
    private mutating func skipNumber() throws(JSONFault) -> Bool {
        let start = position
        if peek() == UInt8(ascii: "-") { position += 1 }
        if peek() == UInt8(ascii: "0") { position += 1 } else { try skipDigits() }
        let isWhole = peek() != UInt8(ascii: ".") && peek() != UInt8(ascii: "e") && peek() != UInt8(ascii: "E")
        if peek() == UInt8(ascii: ".") {
            position += 1
            try skipDigits()
        }
        if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
            position += 1
            if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { position += 1 }
            try skipDigits()
        }
        guard position - start <= Self.maximumNumberLength else { throw JSONFault() }
        return isWhole
    }

    private mutating func skipDigits() throws(JSONFault) {
        let start = position
        while let byte = peek(), UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte { position += 1 }
        if position == start { throw JSONFault() }
    }

    // MARK: Bytes

    private func peek() -> UInt8? { position < text.count ? text[position] : nil }

    private mutating func expect(_ byte: UInt8) throws(JSONFault) {
        guard peek() == byte else { throw JSONFault() }
        position += 1
    }

    private mutating func skipSpace() {
        while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }
}
