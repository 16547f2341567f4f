import Keystrokes
import SystemCalls

/// A device's events as text: lines `E: SECONDS.MICROS TYPE CODE VALUE`, type and code in hexadecimal and the value in
/// decimal, as evemu and umockdev write them. Every other line is passed over; ``RecordedDevice`` reads those that describe
/// the device.
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
        var lines = Lines(bytes)
        while let line = lines.next() {
            guard line.starts(with: [UInt8(ascii: "E"), UInt8(ascii: ":")]) else { continue }
            // Six are one more than an event has with evemu's comment, which may be long.
            let fields = line.dropFirst(2).split(maxSplits: 5) { $0 == UInt8(ascii: " ") || $0 == 9 || $0 == 13 }
            // udev's properties, `E: NAME=value`, share the mark in device descriptions.
            if let first = fields.first, first.contains(UInt8(ascii: "=")) { continue }
            guard let event = Self.event(fields) else { throw RecordingError(line: lines.number) }
            events.append(event)
        }
        self.events = events
    }

    /// One event as a line, with `start` as second 0.
    public static func line(_ event: InputEvent, since start: MonotonicTime) -> String {
        let time = max(0, event.time.microseconds(since: start))
        let seconds = String(time / 1_000_000)
        let micros = padded(String(time % 1_000_000), 6)
        let type = padded(String(event.type, radix: 16), 4)
        let code = padded(String(event.code, radix: 16), 4)
        return "E: \(seconds).\(micros) \(type) \(code) \(event.value)"
    }

    private static func padded(_ digits: String, _ width: Int) -> String {
        String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func event<Field: Collection<UInt8>>(_ fields: [Field]) -> InputEvent? {
        // evemu adds a comment behind the value.
        guard fields.count == 4 || (fields.count > 4 && fields[4].first == UInt8(ascii: "#")),
            let time = time(fields[0]), let type = number(fields[1], radix: 16, UInt16.self),
            let code = number(fields[2], radix: 16, UInt16.self), let value = value(fields[3])
        else { return nil }
        return InputEvent(time: time, type: type, code: code, value: value)
    }

    private static func value(_ field: some Collection<UInt8>) -> Int32? {
        guard field.first == UInt8(ascii: "-") else { return number(field, radix: 10, Int32.self) }
        return number(field.dropFirst(), radix: 10, Int64.self).flatMap { Int32(exactly: -$0) }
    }

    /// Seconds below a million million, some 30,000 years: their microseconds have room to be added to.
    private static func time(_ field: some Collection<UInt8>) -> MonotonicTime? {
        let parts = field.split(separator: UInt8(ascii: "."), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].count == 6, let seconds = number(parts[0], radix: 10, Int64.self),
            let micros = number(parts[1], radix: 10, Int64.self), seconds < 1_000_000_000_000
        else { return nil }
        return MonotonicTime(microseconds: seconds * 1_000_000 + micros)
    }

    /// A number without a sign.
    private static func number<Number: FixedWidthInteger>(
        _ field: some Collection<UInt8>, radix: Int, _ type: Number.Type
    ) -> Number? {
        guard let first = field.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-") else { return nil }
        return Number(String(decoding: field, as: UTF8.self), radix: radix)
    }
}
