import Glibc
import LoopTesting
import SystemCalls
import Testing
import Till

/// What the till has written is what the provider reads.
@Suite("Invoices, byte for byte", .serialized)
struct InvoiceBytesTests {
    /// `Tests/Invoices`, beside this directory.
    private static let directory =
        #filePath.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" } + "/Invoices"

    static let names = ((try? directoryNames(directory)) ?? []).filter {
        $0.hasSuffix(".json") && !$0.hasSuffix(".expected.json")
    }

    static func read(_ name: String) throws -> [UInt8] {
        try Descriptor.open("\(directory)/\(name)", O_RDONLY).readAll(atMost: 1 << 20)
    }

    @Test("there are the invoices")
    func all() {
        #expect(Self.names.count == 30)
    }

    @Test("the body that arrives is the one that was posted, and again so with the same key", arguments: names)
    func bytes(_ name: String) async throws {
        let shop = try await Shop()
        let invoice = try Self.read(name)
        // The first time it is sent from memory, then, in another run, from the disk.
        shop.provider.invoices(.say(500, ""))
        try await shop.run { till async throws in
            #expect(try await till.post(invoice).fate == "queued")
        }
        let before = shop.provider.posted.entries.count
        shop.provider.invoices(.accept)
        try await shop.run { till async throws in
            #expect(await Wait.until { till.news.entries.last?.status == .accepted })
        }
        let posted = shop.provider.posted.entries
        #expect(before >= 1 && posted.count > before)
        #expect(posted.allSatisfy { $0.body == invoice })
        #expect(Set(posted.map(\.key)).count == 1)
        #expect(posted.first?.key.utf8.count == 64)
    }

    @Test("an invoice that comes in chunks arrives whole")
    func chunks() async throws {
        let shop = try await Shop()
        let invoice = try Self.read("30-three-hundred-lines.json")
        try await shop.run { till async throws in
            let client = try await till.client()
            try client.send("POST", "/agora/invoices?\(Shop.query)", ["Transfer-Encoding: chunked"])
            var rest = invoice[...]
            while !rest.isEmpty {
                let piece = rest.prefix(1000)
                rest = rest.dropFirst(1000)
                try client.send(Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + Array("\r\n".utf8))
            }
            try client.send("0\r\n\r\n")
            #expect(try client.answer()?.status == 200)
        }
        #expect(shop.provider.posted.entries.map(\.body) == [invoice])
    }
}
