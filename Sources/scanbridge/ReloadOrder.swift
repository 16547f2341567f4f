import Synchronization

/// Of reloads that overlap, each on a thread of its own, the one that was asked for last counts.
final class ReloadOrder: Sendable {
    private let asked = Atomic<UInt64>(0)

    /// Somebody asks for a reload.
    func began() -> UInt64 { asked.wrappingAdd(1, ordering: .relaxed).newValue }

    func isLast(_ number: UInt64) -> Bool { asked.load(ordering: .relaxed) == number }
}
