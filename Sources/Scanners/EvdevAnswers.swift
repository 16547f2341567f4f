import CLinux
import Glibc
import SystemCalls

/// What a node answers to the questions that libevdev asks of it: its names, ids and capabilities.
///
/// Written as umockdev's ioctl file, which answers only questions of exactly the recorded lengths, and as the head of an evemu
/// recording.
public struct EvdevAnswers: Equatable, Sendable {
    private struct Answer: Equatable {
        let name: String
        let result: Int32
        let bytes: [UInt8]
    }

    private var answers: [Answer] = []

    /// Asks an open node.
    ///
    /// - Throws: ENOTTY on what is no evdev node.
    init(of node: borrowing Descriptor) throws(SystemError) {
        try require("EVIOCGVERSION", 0x01, 4, of: node)
        try require("EVIOCGID", 0x02, 8, of: node)
        try require("EVIOCGNAME(0)", 0x06, Self.textLength, of: node)
        // A virtual device has none of these two. libevdev takes an empty one for none.
        ask("EVIOCGPHYS(0)", 0x07, Self.textLength, of: node, or: 1)
        ask("EVIOCGUNIQ(0)", 0x08, Self.textLength, of: node, or: 1)
        ask("EVIOCGPROP(0)", 0x09, 8, of: node)
        for (type, size) in Self.capabilities { ask("EVIOCGBIT(\(type))", 0x20 + UInt32(type), size, of: node) }
        // A recording begins with every key up and every lamp off: what was down then would stay down in each replay.
        for (name, size) in [("KEY", 96), ("LED", 8), ("SW", 8), ("SND", 8)] {
            add("EVIOCG\(name)(0)", Int32(size), [UInt8](repeating: 0, count: size))
        }
        ask("EVIOCGREP", 0x03, 8, of: node)
        for axis in 0..<64 where has(axis, of: 3) { ask("EVIOCGABS(\(axis))", 0x40 + UInt32(axis), 24, of: node) }
    }

    /// Names are asked for with one byte less than 256.
    private static let textLength = 255
    /// The types of `linux/input-event-codes.h` with bytes for each type's codes, in whole words as the kernel has them.
    private static let capabilities: [(type: Int, size: Int)] = [
        (0, 8), (1, 96), (2, 8), (3, 8), (4, 8), (5, 8), (17, 8), (18, 8), (21, 16),
    ]

    /// umockdev's ioctl file for a node of this name.
    public func ioctl(node: String) -> String {
        let lines = answers.map { "\($0.name) \($0.result) " + $0.bytes.map { Self.hex($0, 2).uppercased() }.joined() }
        return (["@DEV \(node)"] + lines).joined(separator: "\n") + "\n"
    }

    /// evemu's description of the device: name, ids, properties, capabilities and axes.
    public var evemu: String {
        var lines = ["N: \(name)", "I: " + ids.map { Self.hex($0, 4) }.joined(separator: " ")]
        lines += Self.rows(of: bytes(of: "EVIOCGPROP(0)")).map { "P: \($0)" }
        for (type, _) in Self.capabilities {
            lines += Self.rows(of: bytes(of: "EVIOCGBIT(\(type))")).map { "B: \(Self.hex(UInt8(type), 2)) \($0)" }
        }
        for axis in 0..<64 {
            let bytes = bytes(of: "EVIOCGABS(\(axis))")
            guard bytes.count == 24 else { continue }
            // The first of the six numbers is where the axis stands.
            let numbers = (1...5).map { index in
                bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index * 4, as: Int32.self) }
            }
            lines.append("A: \(Self.hex(UInt8(axis), 2)) " + numbers.map(String.init).joined(separator: " "))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The device's own name, without what would end a line.
    public var name: String {
        let text = String(decoding: bytes(of: "EVIOCGNAME(0)").prefix { $0 != 0 }, as: UTF8.self)
        return String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 ? "\u{FFFD}" : $0 }))
    }

    /// Bus, vendor, product and version.
    private var ids: [UInt16] {
        let bytes = bytes(of: "EVIOCGID")
        return (0..<4).map { index in
            bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self) }
        }
    }

    private func bytes(of name: String) -> [UInt8] { answers.first { $0.name == name }?.bytes ?? [] }

    private func has(_ code: Int, of type: Int) -> Bool {
        let bytes = bytes(of: "EVIOCGBIT(\(type))")
        return code / 8 < bytes.count && bytes[code / 8] >> UInt8(code % 8) & 1 == 1
    }

    private mutating func require(
        _ name: String, _ number: UInt32, _ size: Int, of node: borrowing Descriptor
    ) throws(SystemError) {
        var bytes = [UInt8](repeating: 0, count: size)
        let descriptor = node.number
        add(name, try systemCall("ioctl") { scanbridge_evdev_ask(descriptor, number, &bytes, size) }, bytes)
    }

    /// Leaves out what the node does not answer; with `or`, puts an empty answer of that result there.
    private mutating func ask(
        _ name: String, _ number: UInt32, _ size: Int, of node: borrowing Descriptor, or result: Int32? = nil
    ) {
        do {
            try require(name, number, size, of: node)
        } catch {
            if let result { add(name, result, [UInt8](repeating: 0, count: size)) }
        }
    }

    private mutating func add(_ name: String, _ result: Int32, _ bytes: [UInt8]) {
        answers.append(Answer(name: name, result: result, bytes: bytes))
    }

    private static func rows(of bytes: [UInt8]) -> [String] {
        stride(from: 0, to: bytes.count, by: 8).map { start in
            bytes[start..<min(start + 8, bytes.count)].map { hex($0, 2) }.joined(separator: " ")
        }
    }

    private static func hex(_ number: some FixedWidthInteger, _ width: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
