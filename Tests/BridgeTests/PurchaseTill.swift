import Configuration
import EventLoop
import Glibc
import LocalHTTP
import LoopTesting
import Loyalty
import Outbox
import ScanbridgeClient
import SystemCalls

@testable import Bridge
@testable import Till

/// The whole service with a provider that takes purchases, and the till's endpoint.
final class PurchaseTill: Sendable {
    static let token = "till-token"

    let provider: PointsProvider
    let till: Till

    /// - Parameters:
    ///   - hasEndpoint: Whether the configuration has `[till]` from the start.
    ///   - codes: What the scanner types.
    init(_ points: [String: Int], hasEndpoint: Bool = true, typing codes: [String] = []) async throws {
        let provider = try await PointsProvider(points)
        self.provider = provider
        till = try Till(memberURL: Till.url(port: provider.port)) { configuration, directory in
            Self.set(&configuration, directory, provider.port, hasEndpoint: hasEndpoint)
        }
        try await Self.write(Self.token, to: "\(till.directory)/till-token")
        try await till.start(typing: codes)
    }

    /// What `[till]` and `purchase_url` set.
    static func set(
        _ configuration: inout Configuration, _ directory: String, _ port: UInt16, hasEndpoint: Bool
    ) {
        configuration.endpoint?.purchaseURL = "http://127.0.0.1:\(port)/agora/invoices?_token={token}"
        configuration.endpoint?.tokenFile = directory + "/token"
        configuration.outbox.path = directory + "/outbox.db"
        configuration.answers.answerMilliseconds = 30_000
        guard hasEndpoint, let address = LoopbackAddress("127.0.0.1:0") else { return }
        var settings = TillSettings(listen: address)
        settings.tokenFile = directory + "/till-token"
        configuration.till = settings
    }

    private static func write(_ text: String, to path: String) async throws {
        try Descriptor.open(path, O_WRONLY | O_CREAT, mode: 0o600).writeAll(Array(text.utf8))
    }

    /// Goes over to a configuration with or without `[till]`.
    func reload(hasEndpoint: Bool) async throws {
        let (bridge, directory, port) = (till.bridge, till.directory, provider.port)
        try await till.thread { _ in
            var configuration = Till.configuration(directory, Till.url(port: port), 4000, [])
            Self.set(&configuration, directory, port, hasEndpoint: hasEndpoint)
            let new = configuration
            try bridge.assumeIsolated { bridge throws in try bridge.reload(new, layouts: bridge.layouts) }
        }
    }

    /// The port that the till's endpoint listens on; nil where it does not.
    func port() async throws -> UInt16? {
        let bridge = till.bridge
        let service = try await till.thread { _ in bridge.assumeIsolated { $0.parts?.purchases } }
        guard let service else { return nil }
        return await withCheckedContinuation { continuation in
            service.loop.post { [parts = service.parts] in continuation.resume(returning: parts.server?.port) }
        }
    }

    func connect() throws -> Connection { try Connection(socketPath: till.socket) }

    // MARK: The till

    /// The provider's text about a member, as the till gets it; nil if it gets none.
    func member(_ id: String) async throws -> String? {
        try await ask("GET /agora/member/\(id)?_token=\(Self.token)", "")
    }

    /// Posts a sale, and gives the answer's body.
    func post(_ sale: String, _ member: String, _ amount: Int) async throws -> String? {
        let invoice =
            "{\"Serie\":\"\(sale)\",\"InvoiceItems\":[{\"GlobalId\":\"\(sale)\",\"LoyaltyProgram\":{\"MemberId\":\"\(member)\"}}],"
            + "\"Payments\":[{\"Amount\":\(amount)}]}"
        return try await ask("POST /agora/invoices?_token=\(Self.token)", invoice)
    }

    private func ask(_ line: String, _ body: String) async throws -> String? {
        guard let port = try await port() else { return nil }
        let bytes = try LoopbackCall.answer(
            port,
            "\(line) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n\r\n", maxSplits: 1)
        guard parts.first?.hasPrefix("HTTP/1.1 200") == true else { return nil }
        return parts.count > 1 ? String(parts[1]) : ""
    }
}
