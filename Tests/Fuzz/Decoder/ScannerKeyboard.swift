import FuzzSupport
import Keystrokes
import SystemCalls

/// Types digits in one of the ways that scanners have, on a US keyboard.
struct ScannerKeyboard {
    private(set) var events: [InputEvent] = []
    private var time = MonotonicTime(microseconds: 1_000_000)
    private let way: Way
    /// Whether the next key goes down in the packet in which the last one goes up.
    private let overlaps: Bool
    private let hasScanCodes: Bool
    private let isCapsLocked: Bool

    private enum Way {
        case digitRow
        case keypad
        /// Alt and three, or with a leading zero four, digits on the keypad.
        case alt3
        case alt4
    }

    private static let row: [UInt16] = [11, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    private static let pad: [UInt16] = [82, 79, 80, 81, 75, 76, 77, 71, 72, 73]
    private static let leftAlt: UInt16 = 56
    private static let enter: UInt16 = 28
    private static let capsLock: UInt16 = 58

    init(_ input: inout FuzzInput) {
        way = input.choice(of: [.digitRow, .keypad, .alt3, .alt4])
        let flags = input.byte()
        overlaps = flags & 1 != 0
        hasScanCodes = flags & 2 != 0
        isCapsLocked = flags & 4 != 0
    }

    mutating func type(_ code: String) {
        if isCapsLocked { tap([Self.capsLock]) }
        let digits = code.utf8.map { Int($0) - 48 }
        switch way {
        case .digitRow: tap(digits.map { Self.row[$0] })
        case .keypad: tap(digits.map { Self.pad[$0] })
        case .alt3, .alt4:
            for digit in digits {
                key(Self.leftAlt, 1)
                report()
                // `0` is 48; with a zero in front it is Windows' code page, which has the same digits.
                let number = (way == .alt4 ? [0, 0] : [0]) + [(48 + digit) / 10, (48 + digit) % 10]
                tap(way == .alt4 ? number.map { Self.pad[$0] } : number.dropFirst().map { Self.pad[$0] })
                key(Self.leftAlt, 0)
                report()
            }
        }
        tap([Self.enter])
        if isCapsLocked { tap([Self.capsLock]) }
    }

    mutating func pause() {
        time = time.adding(milliseconds: 2000)
    }

    private mutating func tap(_ keys: [UInt16]) {
        var last: UInt16?
        for next in keys {
            if let up = last {
                key(up, 0)
                // A key that goes down again must go up first, in a report of its own.
                if !overlaps || up == next { report() }
            }
            key(next, 1)
            report()
            last = next
        }
        if let up = last { key(up, 0) }
        report()
    }

    private mutating func key(_ code: UInt16, _ value: Int32) {
        if hasScanCodes {
            events.append(InputEvent(time: time, type: 4, code: 4, value: 0x70000 + Int32(code)))
        }
        events.append(InputEvent(time: time, type: EventCode.key, code: code, value: value))
    }

    private mutating func report() {
        events.append(InputEvent(time: time, type: EventCode.synchronization, code: EventCode.synReport, value: 0))
        time = time.adding(milliseconds: 2)
    }
}
