import Synchronization

/// Lines that found no room, by all handlers. The next one that does tells how many.
enum DroppedLines {
    private static let count = Atomic<Int>(0)

    /// Takes the number; whoever then finds no room either gives it back, and one more.
    static func take() -> Int { count.exchange(0, ordering: .relaxed) }

    static func giveBack(_ lines: Int) { count.add(lines, ordering: .relaxed) }
}
