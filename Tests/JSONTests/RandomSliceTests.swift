import JSON
import Testing

/// Random numbers that are the same in each run.
private struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29) &* 0x9E37_79B9_7F4A_7C15
    }
}

/// Random texts, whole and damaged: the slice at a path is the value that the reader has there.
@Suite("Slices of random texts")
struct RandomSliceTests {
    private static let names = [#""a""#, #""\u0061""#, #""b""#, #""\u00e9""#, #""é""#, #""""#]
    private static let leaves = [
        "0", "-1.50", "1e3", "true", "null", #""""#, #""a\"}""#, #""é\n""#, #""{[,:""#, "12345678901234567890",
    ]
    private static let spaces = ["", "", "", " ", "\n", "\r\n\t "]
    private static let marks = Array(#"{}[]",:0a\ "#.utf8)

    private struct Texts {
        var numbers: Numbers

        mutating func one<Element>(_ elements: [Element], _ fallback: Element) -> Element {
            elements.randomElement(using: &numbers) ?? fallback
        }

        mutating func space() -> String { one(spaces, "") }

        mutating func value(_ depth: Int) -> String {
            let kind = Int.random(in: 0..<6, using: &numbers)
            guard depth > 0, kind < 5 else { return space() + one(leaves, "0") + space() }
            let count = Int.random(in: 0...4, using: &numbers)
            let parts = (0..<count).map { _ in
                kind == 4 ? value(depth - 1) : space() + one(names, "") + space() + ":" + value(depth - 1)
            }
            let inner = parts.isEmpty ? space() : parts.joined(separator: ",")
            return space() + (kind == 4 ? "[\(inner)]" : "{\(inner)}") + space()
        }

        mutating func damaged(_ text: String) -> [UInt8] {
            var bytes = Array(text.utf8)
            let place = Int.random(in: 0...bytes.count, using: &numbers)
            switch Int.random(in: 0..<3, using: &numbers) {
            case 0: bytes.removeSubrange(place...)
            case 1: bytes.insert(one(marks, 0), at: place)
            default: if place < bytes.count { bytes[place] = one(marks, 0) }
            }
            return bytes
        }
    }

    /// Each path of up to three of the names.
    private static let paths: [[String]] = {
        let names = ["a", "b", "é", "", "zzz"]
        let two = names.flatMap { first in names.map { [first, $0] } }
        return [[]] + names.map { [$0] } + two + two.flatMap { two in names.map { two + [$0] } }
    }()

    private func agrees(_ text: [UInt8]) -> Bool {
        let whole = try? JSONValue(parsing: text)
        return Self.paths.allSatisfy { path in
            let expected = path.reduce(whole) { $0?[$1] }
            let found = JSONValue.range(of: path, in: text).map { text[$0] }
            guard let expected, let found else { return expected == nil && found == nil }
            let isBare = [found.first, found.last].allSatisfy { $0.map { $0 > 0x20 } ?? false }
            return isBare && (try? JSONValue(parsing: found)) == expected
        }
    }

    @Test(arguments: 0..<8)
    func whatIsFoundIsWhatTheReaderHas(seed: UInt64) {
        var texts = Texts(numbers: Numbers(state: seed))
        for _ in 0..<60 {
            let text = texts.value(4)
            #expect(agrees(Array(text.utf8)), "\(text)")
            let damaged = texts.damaged(text)
            #expect(agrees(damaged), "\(String(decoding: damaged, as: UTF8.self))")
        }
    }
}
