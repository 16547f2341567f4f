import EventLoop
import SystemCalls

/// An event loop that runs on a thread of its own until this value is let go.
public final class LoopThread: Sendable {
    public let loop: EventLoop

    public init() throws(SystemError) {
        let loop = try EventLoop()
        self.loop = loop
        try startThread(named: "test-loop") {
            do {
                try loop.run()
            } catch {
                preconditionFailure("the loop ended: \(error)")
            }
        }
    }

    deinit { loop.stop() }

    /// Calls `body` on the loop's thread, between two waits.
    @discardableResult
    public func callAsFunction<Value: Sendable>(
        _ body: @escaping @Sendable (EventLoop) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            loop.post { [loop] in continuation.resume(with: Result { try body(loop) }) }
        }
    }

    /// Returns when everything that is ready now has been told.
    public func settle() async throws {
        // Posted work runs after the descriptors of its turn, so the second call sees what the first left ready.
        for _ in 0..<3 { try await self { _ in } }
    }
}
