import FuzzSupport
import Keystrokes
import SystemCalls

/// Two EAN-13 typed as scanners type them, and one thing that goes wrong: never a code that was not on a card.
struct DamagedTyping {
    private var typed: [String] = []
    private var events: [InputEvent] = []
    private var change: Change

    private enum Change {
        case none
        case removed
        case duplicated
        case swappedWithNext
        /// Two packets in a row. A press that moves further may be another scanner's way of typing, with several keys down.
        case packetsSwapped
        case dropped
    }

    init(_ input: inout FuzzInput) {
        change = input.choice(of: [.none, .removed, .duplicated, .swappedWithNext, .packetsSwapped, .dropped])
        let (first, second): (UInt16, UInt16) = (input.integer(), input.integer())
        var keyboard = ScannerKeyboard(&input)
        for _ in 0..<2 {
            let code = Self.code(&input)
            typed.append(code)
            keyboard.type(code)
            keyboard.pause()
        }
        events = keyboard.events
        apply(Int(first) % events.count, Int(second) % events.count)
    }

    /// Twelve digits and their check digit.
    private static func code(_ input: inout FuzzInput) -> String {
        let digits = (0..<12).map { _ in Int(input.byte()) % 10 }
        let sum = digits.enumerated().reduce(0) { $0 + $1.element * ($1.offset.isMultiple(of: 2) ? 1 : 3) }
        return (digits + [(10 - sum % 10) % 10]).map(String.init).joined()
    }

    private mutating func apply(_ first: Int, _ second: Int) {
        switch change {
        case .none: break
        case .removed: events.remove(at: first)
        case .duplicated: events.insert(events[first], at: first)
        case .swappedWithNext: swap(first, min(first + 1, events.count - 1))
        case .packetsSwapped: swapPackets(at: first)
        case .dropped:
            // The kernel's mark carries the time of the event that found the buffer full, the last that is lost.
            let range = min(first, second)...max(first, second)
            let drop = InputEvent(
                time: events[range.upperBound].time, type: EventCode.synchronization, code: EventCode.synDropped,
                value: 0)
            let report = InputEvent(
                time: drop.time, type: EventCode.synchronization, code: EventCode.synReport, value: 0)
            events.replaceSubrange(range, with: [drop, report])
        }
    }

    /// The events change places, their times do not. Over the pause between the codes nothing changes places: it would be a
    /// scanner that stops for two seconds with a key down.
    private mutating func swap(_ first: Int, _ second: Int) {
        guard abs(events[second].time.milliseconds(since: events[first].time)) < 1000 else { return }
        events.swapAt(first, second)
        let time = events[first].time
        events[first].time = events[second].time
        events[second].time = time
    }

    /// The packet that `index` is in, and the next one.
    private mutating func swapPackets(at index: Int) {
        let isReport = { (event: InputEvent) in event.type == EventCode.synchronization }
        let start = events[..<index].lastIndex(where: isReport).map { $0 + 1 } ?? 0
        guard let middle = events[index...].firstIndex(where: isReport).map({ $0 + 1 }), middle < events.count,
            let end = events[middle...].firstIndex(where: isReport).map({ $0 + 1 }),
            events[middle].time.milliseconds(since: events[start].time) < 1000
        else { return }
        let swapped = events[middle..<end] + events[start..<middle]
        for (event, place) in zip(swapped, start..<end) {
            let time = events[place].time
            events[place] = event
            events[place].time = time
        }
    }

    func check() {
        var decoder = ScanDecoder(settings: DecodingSettings(), layout: Layouts.all[0])
        var actions = events.compactMap { decoder.received($0) }
        if let last = events.last?.time, let action = decoder.waited(until: last.adding(milliseconds: 60_000)) {
            actions.append(action)
        }
        let told = actions.map(\.told)
        for case .scan(let scan) in actions {
            let code = String(decoding: scan.code, as: UTF8.self)
            // A keypad's digit in front of Alt is a digit more; the kernel keeps the order, so it is enough that a till sees it.
            let isOther = change == .packetsSwapped && code.utf8.count != 13
            require(typed.contains(code) || isOther, "\(change): typed \(typed), told \(told)")
        }
        require(actions.count <= 5, "\(change): one event makes \(told)")
    }
}
