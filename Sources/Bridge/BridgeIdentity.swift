import FoundationEssentials
import SystemCalls

/// Which run of which program this is.
public struct BridgeIdentity: Sendable {
    /// The program and its version, for example `scanbridge/0.1.0`.
    public let server: String
    /// New for every run; sequence numbers and scan ids belong to one.
    public let instance: String
    /// The front of ``instance``, which makes scan ids unique across runs.
    public let shortInstance: String
    public let startedAt: MonotonicTime

    public init(server: String) {
        self.server = server
        instance = UUID().uuidString.lowercased()
        shortInstance = String(instance.prefix(8))
        startedAt = .now()
    }
}
