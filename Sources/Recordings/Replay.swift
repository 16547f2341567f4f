import Keystrokes
import SystemCalls

extension Recording {
    /// What a decoder makes of the recording. The end of the recording is a long pause.
    public func replayed(through decoder: ScanDecoder) -> [ScanAction] {
        var decoder = decoder
        var actions: [ScanAction] = []
        for event in events {
            if let action = decoder.received(event) { actions.append(action) }
        }
        // A packet that was never completed counts as complete. Then as many pauses as the decoder has something to say of.
        if let last = events.last?.time {
            let report = InputEvent(time: last, type: EventCode.synchronization, code: EventCode.synReport, value: 0)
            if let action = decoder.received(report) { actions.append(action) }
            let end = last.adding(milliseconds: 3_600_000)
            while let action = decoder.waited(until: end) { actions.append(action) }
        }
        return actions
    }
}
