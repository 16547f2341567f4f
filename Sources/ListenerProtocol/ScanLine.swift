import JSON
import SystemCalls

/// Writes the line of a `scan` event: what stands between a scanner's last key and the listeners.
///
/// The line's length is computed first and its bytes are written into one allocation, without a check for each. It is a third
/// of what ``JSONWriter`` takes; on the path of a key that shows.
struct ScanLine {
    private let scan: ScanEvent
    private let seq: UInt64

    init(_ scan: ScanEvent, seq: UInt64) {
        self.scan = scan
        self.seq = seq
    }

    /// - Parameter time: The event's time, 27 characters of RFC 3339.
    func bytes(time: [UInt8]) -> [UInt8] {
        let length =
            Self.fixedLength + time.count + LineCursor.maximumDecimalLength + LineCursor.length(quoting: scan.scanID)
            + LineCursor.length(quoting: scan.scannerID) + LineCursor.length(quoting: scan.code)
            + LineCursor.length(quoting: scan.symbology) + LineCursor.length(quoting: scan.aim)
            + LineCursor.length(quoting: scan.route) + LineCursor.length(quoting: scan.refusal?.rawValue)
        return [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            var cursor = LineCursor(buffer)
            cursor.append(#"{"type":"scan","seq":"#)
            cursor.append(decimal: seq)
            cursor.append(#","time":""#)
            cursor.append(time)
            cursor.append(#"","scan":"#)
            cursor.append(quoting: scan.scanID)
            cursor.append(#","scanner":"#)
            cursor.append(quoting: scan.scannerID)
            cursor.append(#","code":"#)
            cursor.append(quoting: scan.code)
            cursor.append(#","symbology":"#)
            cursor.append(quoting: scan.symbology)
            cursor.append(scan.isSymbologyGuessed ? #","symbology_guessed":true"# : #","symbology_guessed":false"#)
            cursor.append(#","aim":"#)
            cursor.append(quoting: scan.aim)
            cursor.append(#","route":"#)
            cursor.append(quoting: scan.route)
            cursor.append(scan.lookup ? #","lookup":true"# : #","lookup":false"#)
            cursor.append(scan.passed ? #","passed":true"# : #","passed":false"#)
            if let refusal = scan.refusal {
                cursor.append(#","reason":"#)
                cursor.append(quoting: refusal.rawValue)
            }
            cursor.append("}\n")
            count = cursor.count
        }
    }

    /// At least the length of all literals above.
    private static let fixedLength = 192
}

/// Writes into memory that is known to be large enough; a fault in that knowledge stops the program instead of writing past it.
private struct LineCursor {
    private let memory: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    static let maximumDecimalLength = 20

    init(_ memory: UnsafeMutableBufferPointer<UInt8>) {
        self.memory = memory
    }

    private mutating func take(_ length: Int) -> UnsafeMutableRawPointer? {
        precondition(count + length <= memory.count, "a line is longer than was computed")
        defer { count += length }
        return memory.baseAddress.map { UnsafeMutableRawPointer($0 + count) }
    }

    mutating func append(_ text: StaticString) {
        take(text.utf8CodeUnitCount)?.copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
    }

    mutating func append(_ bytes: [UInt8]) {
        let place = take(bytes.count)
        bytes.withUnsafeBytes { source in
            if let start = source.baseAddress { place?.copyMemory(from: start, byteCount: source.count) }
        }
    }

    mutating func append(decimal number: UInt64) {
        var digits = 1
        var limit: UInt64 = 10
        while number >= limit, digits < Self.maximumDecimalLength {
            digits += 1
            limit = limit.multipliedReportingOverflow(by: 10).overflow ? .max : limit * 10
        }
        guard let place = take(digits)?.assumingMemoryBound(to: UInt8.self) else { return }
        var rest = number
        for index in stride(from: digits - 1, through: 0, by: -1) {
            place[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    /// How long a string is with its quotes and escapes; 4 for `null`.
    static func length(quoting text: String?) -> Int {
        guard var text else { return 4 }
        return text.withUTF8 { bytes in bytes.reduce(2) { $0 + JSONEscape.length(of: $1) } }
    }

    mutating func append(quoting text: String?) {
        guard var text else { return append("null") }
        append("\"")
        text.withUTF8 { bytes in
            if bytes.allSatisfy({ JSONEscape.length(of: $0) == 1 }) {
                let place = take(bytes.count)
                if let start = bytes.baseAddress { place?.copyMemory(from: start, byteCount: bytes.count) }
            } else {
                for byte in bytes { JSONEscape.escape(byte) { take(1)?.storeBytes(of: $0, as: UInt8.self) } }
            }
        }
        append("\"")
    }
}
