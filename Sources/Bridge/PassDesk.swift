import EventLoop
import Keyboard
import Keystrokes
import ListenerProtocol
import PassThrough
import Routing
import SystemCalls

/// Sees to it that codes reach the till which are for it, on the loop's thread.
final class PassDesk {
    /// What becomes of a code, and why it is not typed if it is not.
    struct Verdict {
        var fate: CodeFate
        var refusal: PassRefusal?

        static let passed = Verdict(fate: .passed)
        static func refused(_ refusal: PassRefusal?) -> Verdict { Verdict(fate: .dropped, refusal: refusal) }
    }

    private let loop: EventLoop
    /// The keyboard at the till; nil while there is none.
    var typist: Typist?
    private var waiting = WaitingCodes()
    /// Who is to hear what becomes of a code that waits; nil for typed on.
    private var onDecision: [Int: (PassRefusal?) -> Void] = [:]
    private var timer: TimerID?
    private var lastFlow = 0

    init(loop: EventLoop) {
        self.loop = loop
    }

    // MARK: Codes

    /// A code is whole.
    ///
    /// - Parameter deadline: Until when it waits for its answer, if its route wants one.
    func decide(_ scan: Scan, _ pass: Route.Pass, _ keys: CodeKeys, until deadline: MonotonicTime) -> Verdict {
        if pass == .never { return broken(keys, nil) }
        if scan.hasCommandKeys { return broken(keys, .commandKeys) }
        guard let typist else { return broken(keys, .noVirtualKeyboard) }
        if keys.isTooLong { return broken(keys, .tooLong) }
        if let flow = keys.flow {
            return typist.endFlow(flow, keys.steps) ? .passed : .refused(.noVirtualKeyboard)
        }
        guard pass == .notFound else {
            let refusal = type(keys.steps)
            return refusal == nil ? .passed : .refused(refusal)
        }
        guard let ticket = waiting.began(keys.steps, until: deadline) else { return .refused(.queueFull) }
        armTimer()
        return Verdict(fate: .waiting(ticket), refusal: .waiting)
    }

    /// A code is damaged, and what has flowed of it is all that comes.
    func dropped(_ keys: CodeKeys) { _ = broken(keys, nil) }

    private func broken(_ keys: CodeKeys, _ refusal: PassRefusal?) -> Verdict {
        if let flow = keys.flow { typist?.breakFlow(flow) }
        return .refused(refusal)
    }

    // MARK: Codes that wait

    /// Tells once what becomes of a code that waits.
    func onDecision(of ticket: Int, _ body: @escaping (PassRefusal?) -> Void) { onDecision[ticket] = body }

    /// The endpoint has answered about a code that waits, or did.
    ///
    /// - Parameter refusal: Why it is not for the till; nil if it is.
    func answered(_ ticket: Int, _ refusal: PassRefusal?) {
        guard let steps = waiting.answered(ticket, isTyped: refusal == nil) else { return }
        finish(ticket, refusal ?? type(steps))
    }

    /// Types a whole code, and says why not.
    private func type(_ steps: [KeyStep]) -> PassRefusal? {
        if typist?.type(steps) == true { return nil }
        // The keyboard may have gone by this.
        return typist == nil ? .noVirtualKeyboard : .queueFull
    }

    private func finish(_ ticket: Int, _ refusal: PassRefusal?) {
        onDecision.removeValue(forKey: ticket)?(refusal)
    }

    private func armTimer() {
        guard timer == nil, let deadline = waiting.deadline else { return }
        timer = loop.schedule(at: deadline) { [weak self] in
            guard let self else { return }
            timer = nil
            for ticket in waiting.waited(until: .now()) { finish(ticket, .late) }
            armTimer()
        }
    }

    // MARK: Keys outside of codes, and before their ends

    /// Keys between codes.
    func lone(_ lone: ScanKeys.Lone, after fate: CodeFate) {
        switch (lone, fate) {
        case (.alone(let steps), _), (.following(let steps), .passed): _ = typist?.type(steps)
        case (.following(let steps), .waiting(let ticket)):
            if waiting.followed(ticket, by: steps) { _ = typist?.type(steps) }
        case (.following, .dropped): break
        }
    }

    /// A code is decided before its end.
    ///
    /// - Returns: The number of its flow; nil if it cannot be typed now.
    func beginFlow() -> Int? {
        lastFlow += 1
        return typist?.beginFlow(lastFlow, []) == true ? lastFlow : nil
    }

    func flow(_ flow: Int, _ steps: [KeyStep]) { typist?.flow(flow, steps) }

    /// A till that is told of a stop waits no longer.
    private static let finishMilliseconds = 2000

    func stop() {
        typist?.finish(withinMilliseconds: Self.finishMilliseconds)
        typist?.stop()
        typist = nil
        if let timer { loop.cancel(timer) }
        timer = nil
        for ticket in Array(onDecision.keys) { finish(ticket, .late) }
    }
}
