import Keystrokes
import SystemCalls

/// What a source of scanners tells, on the loop's thread.
public struct ScannerEvents {
    /// Who is told the codes of the scanner of this id. Asked anew for each node, and when the selection changes.
    public var handlers: (String) -> CodeHandlers
    /// Why the scanner of this id is not to be read although it could be; nil if it may be.
    public var obstacle: (String) -> Blockage?
    public var onChange: (ScannerInfo, ScannerState) -> Void
    /// A call failed: the node and the reason, for the log.
    public var onError: (String, SystemError) -> Void

    public init(
        handlers: @escaping (String) -> CodeHandlers, obstacle: @escaping (String) -> Blockage? = { _ in nil },
        onChange: @escaping (ScannerInfo, ScannerState) -> Void,
        onError: @escaping (String, SystemError) -> Void
    ) {
        self.handlers = handlers
        self.obstacle = obstacle
        self.onChange = onChange
        self.onError = onError
    }
}

/// Where scanners come from: udev, or a recording.
public protocol ScannerSource: AnyObject {
    /// Finds the scanners that are there and follows those that come and go.
    func start(_ events: ScannerEvents) throws(SystemError)
    func stop()
    /// Whether a scanner is in the middle of a code.
    var isScanUnderWay: Bool { get }
    /// The scanners that are connected or blocked, in the order of their ids.
    var present: [(ScannerInfo, ScannerState)] { get }
    /// Changes which devices are scanners and how they are decoded. `layouts` holds every layout that the selection names.
    func select(_ selection: ScannerSelection, layouts: [String: Layout])
}
