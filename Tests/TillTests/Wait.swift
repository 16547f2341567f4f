/// Waiting for what other threads do.
enum Wait {
    /// Waits until `condition` holds, for two minutes at most: the wait is for the machine's sake, not for the result's.
    ///
    /// - Returns: Whether it holds.
    static func until(_ condition: () async throws -> Bool) async rethrows -> Bool {
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: .seconds(120))
        while clock.now < end {
            if try await condition() { return true }
            // It fails if the test is cancelled, and then the loop ends by its time or by the condition.
            _ = try? await Task.sleep(for: .milliseconds(3))
        }
        return try await condition()
    }
}
