import Keystrokes
import SystemCalls

/// What a source of scanners tells, on the loop's thread.
public struct ScannerEvents {
    /// A code, or the damage of one, from the scanner of this id.
    public var onAction: (String, ScanAction) -> Void
    public var onChange: (ScannerInfo, ScannerState) -> Void
    /// A call failed: the node and the reason, for the log.
    public var onError: (String, SystemError) -> Void

    public init(
        onAction: @escaping (String, ScanAction) -> Void, onChange: @escaping (ScannerInfo, ScannerState) -> Void,
        onError: @escaping (String, SystemError) -> Void
    ) {
        self.onAction = onAction
        self.onChange = onChange
        self.onError = onError
    }
}

/// Where scanners come from: udev, or a recording.
public protocol ScannerSource: AnyObject {
    /// Finds the scanners that are there and follows those that come and go.
    func start(_ events: ScannerEvents) throws(SystemError)
    func stop()
    /// The scanners that are connected or blocked, in the order of their ids.
    var present: [(ScannerInfo, ScannerState)] { get }
    /// Changes which devices are scanners and how they are decoded. `layouts` holds every layout that the selection names.
    func select(_ selection: ScannerSelection, layouts: [String: Layout])
}
