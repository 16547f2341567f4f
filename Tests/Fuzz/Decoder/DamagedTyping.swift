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
        /// The only one that can make a shorter code, by an end key in the middle; the kernel keeps the order.
        case swappedWithAny
        case dropped
    }

    init(_ input: inout FuzzInput) {
        change = input.choice(of: [.none, .removed, .duplicated, .swappedWithNext, .swappedWithAny, .dropped])
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
        case .swappedWithAny: swap(first, second)
        case .dropped:
            // The kernel's mark carries the time of the event that found the buffer full, the last that is lost.
            let range = min(first, second)...max(first, second)
            let drop = InputEvent(
                time: events[range.upperBound].time, type: EventCode.synchronization, code: EventCode.synDropped, value: 0)
            let report = InputEvent(time: drop.time, type: EventCode.synchronization, code: EventCode.synReport, value: 0)
            events.replaceSubrange(range, with: [drop, report])
        }
    }

    /// The events change places, their times do not.
    private mutating func swap(_ first: Int, _ second: Int) {
        events.swapAt(first, second)
        let time = events[first].time
        events[first].time = events[second].time
        events[second].time = time
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
            let isTyped = typed.contains(code)
            let mayBeCut = change == .swappedWithAny && code.utf8.count != 13
            require(isTyped || mayBeCut, "\(change): typed \(typed), told \(told)")
        }
        require(actions.count <= 5, "\(change): one event makes \(told)")
    }
}
