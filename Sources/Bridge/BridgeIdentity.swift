import FoundationEssentials
import SystemCalls

/// Which run of which program this is.
public struct BridgeIdentity: Sendable {
    /// The program and its version, for example `scanbridge/0.1.0`.
    public let server: String
    /// Sequence numbers and scan ids belong to one. New for every run, but for one that goes on where another one has stopped.
    public let instance: String
    /// The front of ``instance``, which makes scan ids unique across instances.
    public let shortInstance: String
    public let startedAt: MonotonicTime

    /// - Parameter instance: That of the run that this one continues, if there is one.
    public init(server: String, continuing instance: String? = nil) {
        self.server = server
        self.instance = instance ?? UUID().uuidString.lowercased()
        shortInstance = String(self.instance.prefix(8))
        startedAt = .now()
    }
}
