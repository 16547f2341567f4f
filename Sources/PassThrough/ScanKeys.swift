import Keystrokes
import SystemCalls

/// Keeps the keys of one scanner until it is decided what becomes of them: a pure state machine beside the scanner's decoder, which says
/// where codes end.
///
/// A key belongs to the code in which it was pressed, and its release with it. When a code is over, what is still down is released at once,
/// and the scanner's own release, a moment later, is nobody's; so each code's keys are whole, and no key stays down at the till.
///
/// Keys between codes: an end key close behind a code, such as the line feed of CR LF, shares that code's fate. One in front of a code is
/// that code's. One alone is passed on by itself when the scanner's gap is over.
public struct ScanKeys {
    /// What is to be done with keys between codes.
    public enum Lone: Equatable, Sendable {
        /// They share the fate of the last code.
        case following([KeyStep])
        /// They came alone.
        case alone([KeyStep])
    }

    private let gapMilliseconds: Int
    private var current = CodeKeys()
    /// The keys of a code that has ended in the present packet.
    private var ended: CodeKeys?
    /// The decoder's counters as they were seen last.
    private var seen = CodeBoundaries()
    private var lastEnd: MonotonicTime?
    /// When the last key came, if keys between codes are kept.
    private var idleSince: MonotonicTime?
    private var isLone = false
    private var isLoneText = true

    /// - Parameter gapMilliseconds: The scanner's, ``DecodingSettings/gapMilliseconds``.
    public init(gapMilliseconds: Int) {
        self.gapMilliseconds = gapMilliseconds
    }

    /// When ``waited(until:hasCommand:)`` is to be called; nil while there is nothing to wait for.
    public var deadline: MonotonicTime? {
        idleSince?.adding(milliseconds: gapMilliseconds)
    }

    /// Goes on in another process, whose last key came at `lastKey`. That process's last code may have had an end of several keys: those
    /// that are yet to come share its fate, which nobody knows, and are no keys of their own.
    public mutating func tookOver(lastKey: MonotonicTime) {
        lastEnd = lastKey
    }

    /// The decoder has told a code or its damage, on an event that is yet to be told here, or after a pause.
    ///
    /// - Returns: The code's keys.
    public mutating func codeTold(_ boundaries: CodeBoundaries) -> CodeKeys {
        if boundaries.byPause != seen.byPause { endCurrent() }
        seen.byPause = boundaries.byPause
        var keys = ended ?? CodeKeys()
        ended = nil
        keys.finish()
        return keys
    }

    /// The code that is under way is told as damaged because the scanner is gone or the machine slept. Nothing that was kept is of use.
    ///
    /// - Returns: What is left of the code's keys.
    public mutating func codeInterrupted(_ boundaries: CodeBoundaries) -> CodeKeys {
        if ended == nil { endCurrent() }
        let keys = codeTold(boundaries)
        reset(boundaries)
        return keys
    }

    /// The decoder has handled an event.
    ///
    /// - Parameters:
    ///   - boundaries: Its counters now.
    ///   - isIdle: Whether no code is under way now.
    public mutating func received(_ event: InputEvent, _ boundaries: CodeBoundaries, isIdle: Bool) -> Lone? {
        passPause(boundaries)
        switch (event.type, event.code, event.value) {
        case (EventCode.key, let key, 1): current.pressed(key)
        case (EventCode.key, let key, 0): released(key)
        case (EventCode.synchronization, EventCode.synReport, _):
            current.packetEnded()
            ended?.packetEnded()
            return packetEnded(at: event.time, isIdle: isIdle)
        case (EventCode.synchronization, EventCode.synDropped, _): reset(boundaries)
        default: break
        }
        if boundaries.byKey != seen.byKey {
            endCurrent()
            lastEnd = event.time
        }
        if boundaries.loneKeys != seen.loneKeys {
            isLone = true
            isLoneText = isLoneText && boundaries.isLoneKeyText
        }
        seen = boundaries
        return nil
    }

    /// Time has passed without an event until `now`, and the decoder knows it.
    ///
    /// - Parameter hasCommand: Whether what was pressed since the last code is more than text.
    /// - Returns: Keys that came alone.
    public mutating func waited(
        until now: MonotonicTime, _ boundaries: CodeBoundaries, hasCommand: Bool
    ) -> Lone? {
        passPause(boundaries)
        guard let deadline, now > deadline else { return nil }
        idleSince = nil
        // A modifier that was tapped in front may be meant for the next code, unless it is a command.
        guard isLone || hasCommand else { return nil }
        let keys = takeLone()
        return isLoneText && !hasCommand && !keys.isEmpty ? .alone(keys) : nil
    }

    /// Events are lost, so what was kept is of no use.
    private mutating func reset(_ boundaries: CodeBoundaries) {
        current.removeAll()
        ended = nil
        idleSince = nil
        lastEnd = nil
        forgetLone()
        seen = boundaries
    }

    /// The flow in which the code that is under way is typed.
    public var flow: Int? { current.flow }

    /// The code that is under way begins to flow, or goes on: its steps so far, which are taken out of it.
    public mutating func flowed(_ flow: Int) -> [KeyStep] {
        current.flow = flow
        return current.takeSteps()
    }

    // MARK: Transitions

    /// The rest of a code whose damage was told has ended, and nobody asks for it.
    private mutating func passPause(_ boundaries: CodeBoundaries) {
        guard boundaries.byPause != seen.byPause else { return }
        seen.byPause = boundaries.byPause
        current.removeAll()
        forgetLone()
    }

    private mutating func released(_ key: UInt16) {
        if !current.released(key) { _ = ended?.released(key) }
    }

    private mutating func endCurrent() {
        ended = current
        current = CodeKeys()
        idleSince = nil
        forgetLone()
    }

    private mutating func packetEnded(at time: MonotonicTime, isIdle: Bool) -> Lone? {
        guard isIdle, !current.isEmpty else {
            idleSince = nil
            if !isIdle { forgetLone() }
            return nil
        }
        if isLone, isLoneText, let lastEnd, time <= lastEnd.adding(milliseconds: gapMilliseconds) {
            return .following(takeLone())
        }
        idleSince = time
        return nil
    }

    private mutating func takeLone() -> [KeyStep] {
        defer {
            current.removeAll()
            forgetLone()
        }
        current.finish()
        return current.steps
    }

    private mutating func forgetLone() {
        isLone = false
        isLoneText = true
    }
}
