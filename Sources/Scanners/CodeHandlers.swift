import Keystrokes
import PassThrough

/// What a scanner's reader tells, on the loop's thread.
public struct CodeHandlers {
    /// A code, or the damage of one, with its keys; says what becomes of them.
    public var onAction: (ScanAction, CodeKeys) -> CodeFate
    /// Keys between codes, with the fate of the last code.
    public var onLone: (ScanKeys.Lone, CodeFate) -> Void
    public let gate: FlowGate
    /// Asked whenever a code has got longer, while the gate is open; a number if its keys are to be typed from now on as they come.
    public var newFlow: (PartialCode) -> Int?
    /// Keys of such a code. The last ones come with its action.
    public var onFlow: (Int, [KeyStep]) -> Void

    public init(
        onAction: @escaping (ScanAction, CodeKeys) -> CodeFate,
        onLone: @escaping (ScanKeys.Lone, CodeFate) -> Void = { _, _ in }, gate: FlowGate = FlowGate(),
        newFlow: @escaping (PartialCode) -> Int? = { _ in nil },
        onFlow: @escaping (Int, [KeyStep]) -> Void = { _, _ in }
    ) {
        self.onAction = onAction
        self.onLone = onLone
        self.gate = gate
        self.newFlow = newFlow
        self.onFlow = onFlow
    }
}
