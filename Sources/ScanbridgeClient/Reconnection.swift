import SystemCalls

/// Keeps a subscription going over lost connections, on a thread of its own.
struct Reconnection {
    private let stream: EventStream
    private var position: (seq: UInt64, instance: String)?
    private var hasConnected = false
    private var pauseMilliseconds = firstPause

    private static let firstPause = 100
    private static let longestPause = 5000

    init(_ stream: EventStream) {
        self.stream = stream
    }

    /// Returns when the channel was cancelled, or finished with an error that waiting does not mend.
    mutating func run(into channel: EventChannel) {
        while !channel.isCancelled {
            do throws(ClientError) {
                try readOneConnection(into: channel)
            } catch {
                guard isWorthAnotherAttempt(error) else { return channel.finish(error) }
            }
            channel.pause(milliseconds: pauseMilliseconds)
            pauseMilliseconds = min(2 * pauseMilliseconds, Self.longestPause)
        }
    }

    private mutating func readOneConnection(into channel: EventChannel) throws(ClientError) {
        var connection = try Connection(socketPath: stream.socketPath)
        let instance = connection.hello.instance
        try connection.subscribe(types: stream.types, since: position?.seq, instance: position?.instance)
        hasConnected = true
        while let event = try connection.nextEvent(until: nil, wakeUp: channel.wakeUp) {
            position = (event.seq, instance)
            // A snapshot alone is no sign that it goes well: the service may end each connection behind it.
            if case .snapshot = event.kind {} else { pauseMilliseconds = Self.firstPause }
            guard channel.deliver(event) else { return }
        }
    }

    private func isWorthAnotherAttempt(_ error: ClientError) -> Bool {
        switch error.code {
        case ClientError.disconnected, ClientError.timedOut, "stopping", "not_started", "too_many_listeners": true
        case ClientError.notRunning: hasConnected || stream.waitsForService
        // While the service starts its socket has not got its permissions yet.
        case ClientError.noPermission: hasConnected
        default: false
        }
    }
}
