import SystemCalls

/// Calls that wait, on threads of their own: the tests' own threads are few, and all tests share them.
enum Aside {
    static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try startThread(named: "test-aside") { continuation.resume(with: Result { try body() }) }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }
}
