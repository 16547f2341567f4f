import Keystrokes
import SeededNumbers
import SystemCalls
import Testing

extension LongTests {
    @Suite("Any text, on any country's keyboard, is that text")
    struct LayoutPropertyTests {
        static let countries = ["us", "es", "fr", "de", "gb", "it", "pt"]

        /// Texts of the characters that a keyboard can type.
        private func texts(_ keyboard: Keyboard, count: Int, _ random: inout some RandomNumberGenerator) -> [String] {
            let alphabet = keyboard.strokes.keys.sorted { $0.value < $1.value }
            return (0..<count).map { _ in
                let length = Int.random(in: 1...40, using: &random)
                var text = String.UnicodeScalarView()
                for _ in 0..<length { alphabet.randomElement(using: &random).map { text.append($0) } }
                return String(text)
            }
        }

        private func check(_ name: String, texts count: Int) throws {
            let keyboard = try Keyboard(name)
            let layout = try Layout(named: name)
            let settings = DecodingSettings(layout: name, aim: .never)
            // The keyboard's own name, so that a failure comes again.
            var random = SeededGenerator(named: name)
            for text in texts(keyboard, count: count, &random) {
                for manner in Typist.Manner.allCases {
                    var typist = Typist(layout)
                    typist.type(text.unicodeScalars, on: keyboard, manner)
                    let decoded = decode(typist.events, settings, layout)
                    #expect(
                        decoded.map(Array.init(utf8:)) == [Array(text.utf8)],
                        "\(name), \(manner): \(text.debugDescription)"
                    )
                }
            }
        }

        @Test("random texts on the keyboards that the README names", arguments: countries)
        func named(_ name: String) throws {
            try check(name, texts: 200)
        }

        @Test("random texts on every keyboard of xkb")
        func every() async throws {
            let names = try Keyboard.allNames()
            #expect(names.count > 400)
            for name in names {
                try check(name, texts: 3)
                // Long work lets tests that wait for something have their turn.
                await Task.yield()
            }
            print("\(names.count) layouts and variants typed and read back")
        }

        @Test("every character of every keyboard of xkb, by Shift, AltGr, both, or a dead key")
        func everyCharacter() async throws {
            var characters = 0
            var composed = 0
            for name in try Keyboard.allNames() {
                await Task.yield()
                let keyboard = try Keyboard(name)
                let layout = try Layout(named: name)
                for (scalar, strokes) in keyboard.strokes {
                    var typist = Typist(layout)
                    typist.type([scalar], on: keyboard)
                    let decoded = decode(typist.events, DecodingSettings(aim: .never), layout)
                    #expect(
                        decoded.map(Array.init(utf8:)) == [Array(String(Character(scalar)).utf8)],
                        "\(name): \(scalar.value) by \(strokes)")
                    characters += 1
                    composed += strokes.count > 1 ? 1 : 0
                }
            }
            print("\(characters) characters, \(composed) of them by a dead key")
        }

        @Test(
            "a text typed under another layout is another text or damaged, and damaged wherever the layout names nothing"
        )
        func otherLayout() throws {
            let spanish = try Keyboard("es")
            let us = try Layout(named: "us")
            // AltGr+2 on a Spanish keyboard: never the 2 of a US one.
            var typist = Typist(us)
            typist.type("a@b".unicodeScalars, on: spanish)
            #expect(decode(typist.events, DecodingSettings(), us) == ["damaged:undecodable"])
        }

        @Test("two scanners that type at once are two streams", arguments: 0..<50)
        func interleaved(_ round: Int) throws {
            var random = SeededGenerator(named: "\(round)")
            let names = ["us", "de"]
            var streams: [[InputEvent]] = []
            var expected: [[String]] = []
            var decoders: [ScanDecoder] = []
            for name in names {
                let layout = try Layout(named: name)
                let keyboard = try Keyboard(name)
                let codes = (0..<10).map { _ in
                    String((0..<13).compactMap { _ in "0123456789abcXYZ-".randomElement(using: &random) })
                }
                var typist = Typist(layout)
                for code in codes {
                    typist.type(code.unicodeScalars, on: keyboard, .allCases.randomElement(using: &random) ?? .plain)
                }
                streams.append(typist.events)
                expected.append(codes)
                decoders.append(ScanDecoder(settings: DecodingSettings(), layout: layout))
            }
            var places = [0, 0]
            var seen: [[String]] = [[], []]
            while places[0] < streams[0].count || places[1] < streams[1].count {
                let which = Int.random(in: 0...1, using: &random)
                guard places[which] < streams[which].count else { continue }
                if let action = decoders[which].received(streams[which][places[which]]) {
                    seen[which].append(describe(action))
                }
                places[which] += 1
            }
            #expect(seen == expected)
        }
    }
}

extension [UInt8] {
    /// Bytes and not characters are compared: Swift holds canonically equivalent strings for equal.
    fileprivate init(utf8 text: String) { self = Array(text.utf8) }
}
