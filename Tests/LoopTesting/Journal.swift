import Synchronization

/// What callbacks on one thread have told, for a test on another.
public final class Journal<Entry: Sendable>: Sendable {
    private let content = Mutex<[Entry]>([])

    public init() {}

    public var entries: [Entry] { content.withLock { $0 } }

    public func append(_ entry: Entry) {
        content.withLock { $0.append(entry) }
    }

    /// Waits until the entries are as wanted, for as long as any machine may need, and gives those that are there then.
    public func wait(until isComplete: ([Entry]) -> Bool) async -> [Entry] {
        // 10 s and more in all; the waits are for the processor's sake, not for the result's.
        for _ in 0..<5000 {
            let entries = entries
            if isComplete(entries) { return entries }
            do {
                try await Task.sleep(for: .milliseconds(2))
            } catch {
                return entries
            }
        }
        return entries
    }

    /// Waits until there are `count` entries.
    public func wait(for count: Int) async -> [Entry] {
        await wait { $0.count >= count }
    }
}
