import EventLoop
import Keystrokes
import LoopTesting
import PassThrough
import Scanners
import SystemCalls

/// The scanners of the test bed, found and read on a loop's thread as the service does it.
actor ScannerService {
    nonisolated let thread: LoopThread
    /// `ID connected`, `ID CODE` and so on, in their order.
    nonisolated let journal = Journal<String>()
    nonisolated let errors = Journal<String>()
    private var scanners: UdevScanners?

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.loop.asUnownedSerialExecutor() }

    init() throws {
        thread = try LoopThread()
    }

    func start(_ rules: [ScannerRule]) throws {
        let selection = ScannerSelection(rules: rules)
        let scanners = UdevScanners(loop: thread.loop, selection: selection, layouts: try Self.layouts(selection))
        self.scanners = scanners
        try scanners.start(
            ScannerEvents(
                handlers: { [journal] id in
                    CodeHandlers(onAction: { action, _ in
                        journal.append("\(id) \(action.text)")
                        return .dropped
                    })
                },
                onChange: { [journal] info, state in journal.append("\(info.id) \(Self.text(state))") },
                onError: { [errors] node, error in errors.append("\(node) \(error)") }))
    }

    func select(_ rules: [ScannerRule]) throws {
        let selection = ScannerSelection(rules: rules)
        scanners?.select(selection, layouts: try Self.layouts(selection))
    }

    func stop() {
        scanners?.stop()
        scanners = nil
    }

    /// Waits until every node that came has been grabbed: they are listened to for a moment first.
    nonisolated func settleNodes() async throws {
        try await Task.sleep(for: .milliseconds(200))
        try await thread.settle()
    }

    var present: [String] { scanners?.present.map { "\($0.id) \(Self.text($1))" } ?? [] }

    private static func text(_ state: ScannerState) -> String {
        switch state {
        case .connected: "connected"
        case .disconnected: "disconnected"
        case .blocked(let blockage): "blocked:\(blockage.code)"
        }
    }

    private static func layouts(_ selection: ScannerSelection) throws -> [String: Layout] {
        var layouts: [String: Layout] = [:]
        for name in selection.layouts { layouts[name] = try Layout(named: name) }
        return layouts
    }
}
