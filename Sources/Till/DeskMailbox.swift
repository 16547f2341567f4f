import EventLoop

/// Brings what other threads have to say to the desk, on its loop's thread.
// @unchecked: `desk` is touched on the loop's thread alone, by the desk itself and by work that is posted there.
final class DeskMailbox: @unchecked Sendable {
    private let loop: EventLoop
    weak var desk: PurchaseDesk?

    init(_ loop: EventLoop) {
        self.loop = loop
    }

    /// Calls `body` on the loop's thread, if the desk is still there.
    func post(_ body: @escaping @Sendable (PurchaseDesk) -> Void) {
        loop.post { [self] in
            if let desk { body(desk) }
        }
    }
}
