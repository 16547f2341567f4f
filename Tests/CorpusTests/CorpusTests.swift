import ProgramTesting
import Testing

@Suite("Corpus: recorded streams and what the program makes of them")
struct CorpusTests {
    @Test("replay of a case gives what it expects", arguments: CorpusCase.all)
    func replay(_ corpusCase: CorpusCase) throws {
        var arguments = ["replay", "--json"]
        if corpusCase.exists("config.toml") { arguments += ["--config", "\(corpusCase.folder)/config.toml"] }
        let result = try Program.run(arguments + [corpusCase.folder])
        #expect(result.status == 0, "\(result.errors)")
        let seen = try Outcome.all(in: result.output)
        let expected = try corpusCase.expected()
        #expect(seen == expected, "\(Self.difference(seen, expected))")
    }

    @Test("a case is complete: device, events, facts, and an outcome with all of its fields", arguments: CorpusCase.all)
    func form(_ corpusCase: CorpusCase) throws {
        let expected = try corpusCase.expected()
        #expect(!expected.isEmpty && expected.allSatisfy(\.isComplete))
        #expect(try corpusCase.text("events").split(separator: "\n").allSatisfy { $0.hasPrefix("E: ") })
        let facts = try corpusCase.text("facts.md").split(separator: "\n")
        #expect(facts.count >= 2)
        let last = try #require(facts.last)
        #expect(last == "Kernel: yes" || (last.hasPrefix("Kernel: no (") && last.hasSuffix(")")))
    }

    @Test("the corpus is there")
    func count() {
        #expect(CorpusCase.all.count >= 75)
    }

    /// The lines that differ, with what was seen and what was expected.
    private static func difference(_ seen: [Outcome], _ expected: [Outcome]) -> String {
        (0..<max(seen.count, expected.count)).compactMap { index in
            let seen = index < seen.count ? seen[index].description : "nothing"
            let expected = index < expected.count ? expected[index].description : "nothing"
            return seen == expected ? nil : "event \(index + 1): seen \(seen); expected \(expected)"
        }.joined(separator: "\n")
    }
}
