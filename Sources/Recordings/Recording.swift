import Keystrokes
import SystemCalls

/// A device's events as text: lines `E: SECONDS.MICROS TYPE CODE VALUE`, type and code in hexadecimal and the value in
/// decimal, as evemu and umockdev write them. Every other line is passed over.
public struct Recording: Equatable, Sendable {
    public var events: [InputEvent]

    /// The longest file that is read, in bytes: some 250,000 events.
    public static let maximumSize = 8 << 20

    public init(events: [InputEvent]) {
        self.events = events
    }

    /// Reads a recording.
    ///
    /// - Throws: ``RecordingError`` with the line for one that begins like an event and is none.
    public init(parsing bytes: some Collection<UInt8>) throws(RecordingError) {
        var events: [InputEvent] = []
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            guard line.starts(with: [UInt8(ascii: "E"), UInt8(ascii: ":")]) else { continue }
            let fields = line.dropFirst(2).split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == 13 }
            // udev's properties, `E: NAME=value`, share the mark in device descriptions.
            if let first = fields.first, first.contains(UInt8(ascii: "=")) { continue }
            guard let event = Self.event(fields.map { String(decoding: $0, as: UTF8.self) }) else {
                throw RecordingError(line: number)
            }
            events.append(event)
        }
        self.events = events
    }

    /// One event as a line, with `start` as second 0.
    public static func line(_ event: InputEvent, since start: MonotonicTime) -> String {
        let time = max(0, event.time.microseconds - start.microseconds)
        let seconds = padded(String(time / 1_000_000), 0)
        let micros = padded(String(time % 1_000_000), 6)
        let type = padded(String(event.type, radix: 16), 4)
        let code = padded(String(event.code, radix: 16), 4)
        return "E: \(seconds).\(micros) \(type) \(code) \(event.value)"
    }

    private static func padded(_ digits: String, _ width: Int) -> String {
        String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func event(_ fields: [String]) -> InputEvent? {
        // evemu adds a comment behind the value.
        guard fields.count == 4 || (fields.count > 4 && fields[4].hasPrefix("#")),
            let time = time(fields[0]), let type = UInt16(fields[1], radix: 16),
            let code = UInt16(fields[2], radix: 16),
            let value = Int32(fields[3])
        else { return nil }
        return InputEvent(time: time, type: type, code: code, value: value)
    }

    private static func time(_ text: String) -> MonotonicTime? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].count == 6, let seconds = Int64(parts[0]), let micros = Int64(parts[1]),
            (0..<1_000_000_000_000).contains(seconds), micros >= 0
        else { return nil }
        return MonotonicTime(microseconds: seconds * 1_000_000 + micros)
    }
}

/// A line that begins like an event and is none.
public struct RecordingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Counted from 1.
    public let line: Int

    public var description: String {
        "line \(line): not an event; it must be 'E: SECONDS.MICROS TYPE CODE VALUE', type and code hexadecimal"
    }
}
