import FoundationEssentials
import Glibc
import JSON
import SystemCalls
import Testing

/// A folder of `Tests/Corpus`: a device, what it types, and what must come of it.
struct CorpusCase: Sendable, CustomTestStringConvertible {
    let name: String

    static let root = #filePath.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 } + "/Corpus"

    /// Every folder.
    static let all: [CorpusCase] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return names.sorted().map(CorpusCase.init)
    }()

    var folder: String { "\(Self.root)/\(name)" }
    var testDescription: String { name }

    func exists(_ file: String) -> Bool { access("\(folder)/\(file)", R_OK) == 0 }

    func text(_ file: String) throws -> String {
        let bytes = try Descriptor.open("\(folder)/\(file)", O_RDONLY).readAll(atMost: 1 << 24)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What must come of it.
    func expected() throws -> [Outcome] { try Outcome.all(in: text("expected.ndjson")) }
}
