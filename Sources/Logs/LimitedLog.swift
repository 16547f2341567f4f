import Logging
import Synchronization
import SystemCalls

/// A log handler that passes on to another what ``LogLimiter`` lets through. What only a person who looks for a fault asks for, debug
/// and trace, is not limited.
struct LimitedLog: LogHandler {
    /// All copies of a handler share one.
    private final class Shared: Sendable {
        let limiter = Mutex(LogLimiter())
    }

    private var handler: any LogHandler
    private let shared = Shared()

    init(_ handler: any LogHandler) {
        self.handler = handler
    }

    var metadata: Logger.Metadata {
        get { handler.metadata }
        set { handler.metadata = newValue }
    }

    var logLevel: Logger.Level {
        get { handler.logLevel }
        set { handler.logLevel = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { handler[metadataKey: key] }
        set { handler[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) {
        guard event.level >= .info else { return handler.log(event: event) }
        switch shared.limiter.withLock({ $0.line("\(event.message)", at: .now()) }) {
        case .holdBack: break
        case .pass(heldBack: 0): handler.log(event: event)
        case .pass(let heldBack):
            var event = event
            event.message = "\(event.message) (\(heldBack) more were not logged)"
            handler.log(event: event)
        }
    }
}
