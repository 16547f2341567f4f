import SystemCalls

/// The service's events, for as long as they are wanted.
///
/// If the connection is lost, because the service restarts or this program was too slow, it connects again, waiting 0.1 to 5 seconds
/// between attempts, and goes on behind the last event: nothing is missed that the service still holds, and what it does not is
/// told as a `gap`. Each connection begins with a `snapshot`, which replaces what was known before.
///
/// ```swift
/// import ScanbridgeClient
///
/// for try await event in EventStream(types: ["scan", "member"]) {
///     switch event.kind {
///     case .scan(let scan): print("scanned", scan.code)
///     case .member(let lookup): print(lookup.member?.name ?? lookup.status, lookup.member?.balance ?? 0)
///     case .gap: print("some scans were missed")
///     default: break
///     }
/// }
/// ```
///
/// Each loop over it is a connection of its own. A program that is slower than the scanners is waited for: at most 256 events are kept
/// here, the others at the service. Cancelling the task ends the loop.
public struct EventStream: AsyncSequence, Sendable {
    public typealias Element = Event
    public typealias Failure = ClientError

    var socketPath: String
    var types: [String]
    var waitsForService: Bool

    /// - Parameters:
    ///   - socketPath: The service's socket.
    ///   - types: The types that are wanted; empty for all. `snapshot`, `gap` and `lagged` come in any case.
    ///   - waitsForService: Whether to wait until the service is there. If not, the loop throws
    ///     ``ClientError/notRunning`` unless it is there at once. Once connected, a loss is always waited out.
    public init(
        socketPath: String = Connection.defaultSocketPath, types: [String] = [], waitsForService: Bool = true
    ) {
        self.socketPath = socketPath
        self.types = types
        self.waitsForService = waitsForService
    }

    public func makeAsyncIterator() -> Iterator {
        Iterator(self)
    }

    /// Hands out the events of one connection after the other. Errors are ``ClientError``s that waiting does not mend, like a missing
    /// permission or a type that is not known.
    public struct Iterator: AsyncIteratorProtocol {
        private let reader: Reader

        fileprivate init(_ stream: EventStream) {
            reader = Reader(stream)
        }

        public mutating func next() async throws(ClientError) -> Event? {
            try await next(isolation: nil)
        }

        public mutating func next(isolation actor: isolated (any Actor)?) async throws(ClientError) -> Event? {
            try await reader.channel.next(isolation: actor)
        }
    }

    /// Ends the connection with the last copy of the iterator. The thread holds the channel only.
    private final class Reader: Sendable {
        let channel: EventChannel

        init(_ stream: EventStream) {
            channel = EventChannel()
            do throws(SystemError) {
                try channel.open()
                try startThread(named: "scanbridge") { [channel] in
                    var reconnection = Reconnection(stream)
                    reconnection.run(into: channel)
                }
            } catch {
                channel.finish(ClientError(error, stream.socketPath))
            }
        }

        deinit { channel.cancel() }
    }
}
