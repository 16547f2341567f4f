import FuzzSupport
import Keystrokes
import SystemCalls

/// Any settings and any events, as bytes: what must hold of a decoder whatever comes.
struct HostileEvents {
    /// One call of the decoder.
    enum Step {
        case event(InputEvent)
        case wait(until: MonotonicTime)
        case suspend(until: MonotonicTime)
        case unplug

        func shifted(by microseconds: Int64) -> Step {
            switch self {
            case .event(var event):
                event.time.microseconds += microseconds
                return .event(event)
            case .wait(let time): return .wait(until: MonotonicTime(microseconds: time.microseconds + microseconds))
            case .suspend(let time):
                return .suspend(until: MonotonicTime(microseconds: time.microseconds + microseconds))
            case .unplug: return .unplug
            }
        }
    }

    private var settings = DecodingSettings()
    private var layout: Layout
    private var found: [UInt16] = []
    private var isCapsLockLit = false
    private var steps: [Step] = []
    /// Whether time only goes forward, in the range of a machine's uptime.
    private var isOrderly = true

    private static let end = MonotonicTime(microseconds: 1 << 60)

    init(_ input: inout FuzzInput) {
        layout = input.choice(of: Layouts.all)
        let flags = input.byte()
        settings.endKeys = Set(
            DecodingSettings.EndKey.allCases.enumerated().filter { flags >> $0.offset & 1 == 0 }.map(\.element))
        settings.aim = input.choice(of: DecodingSettings.AIM.allCases)
        settings.gapMilliseconds = input.choice(of: [300, 20, 10_000])
        settings.prefix = input.choice(of: ["", "1", "\u{2}", "]E0", "é"])
        settings.suffix = input.choice(of: ["", "9", "\u{3}", "\r"])
        if flags & 0x80 != 0 { found = [input.integer(), UInt16(input.byte())] }
        isCapsLockLit = flags & 0x40 != 0
        var time: Int64 = 1_000_000
        // A bound on the length keeps runs fast; the longest code that is let through needs 4096 taps.
        while !input.isAtEnd, steps.count < 40_000 { append(&input, &time) }
    }

    private mutating func append(_ input: inout FuzzInput, _ time: inout Int64) {
        func event(_ type: UInt16, _ code: UInt16, _ value: Int32) -> Step {
            .event(InputEvent(time: MonotonicTime(microseconds: time), type: type, code: code, value: value))
        }
        let report = event(EventCode.synchronization, EventCode.synReport, 0)
        let operation = input.byte()
        switch operation & 0x0F {
        case 0, 1:
            // A tap, of which the high bits choose the shape.
            let key = UInt16(input.byte())
            steps.append(event(4, 4, Int32(key)))
            steps.append(event(EventCode.key, key, 1))
            if operation & 0x10 == 0 { steps.append(report) }
            time &+= operation & 0x20 == 0 ? 1000 : 0
            steps.append(event(EventCode.key, key, 0))
            steps.append(report)
        case 2: steps.append(event(EventCode.key, UInt16(input.byte()), 1))
        case 3: steps.append(event(EventCode.key, UInt16(input.byte()), 0))
        case 4: steps.append(event(EventCode.key, UInt16(input.byte()), 2))
        case 5: steps.append(report)
        case 6: steps.append(event(EventCode.synchronization, EventCode.synDropped, 0))
        case 7: time &+= Int64(input.byte()) * 1000
        case 8: time &+= Int64(input.byte()) * 20_000
        case 9: steps.append(.wait(until: MonotonicTime(microseconds: time)))
        case 10:
            time &+= Int64(input.byte()) * 100_000
            steps.append(.suspend(until: MonotonicTime(microseconds: time)))
        case 11: steps.append(.unplug)
        case 12:
            // The same key many times.
            let key = UInt16(input.byte())
            for _ in 0..<Int(input.byte()) * 20 {
                steps += [event(EventCode.key, key, 1), report, event(EventCode.key, key, 0), report]
            }
        case 13: steps.append(event(input.integer(), input.integer(), input.integer()))
        case 14:
            isOrderly = false
            let at: Int64 = input.integer()
            steps.append(
                .event(
                    InputEvent(
                        time: MonotonicTime(microseconds: at), type: UInt16(input.byte() & 3),
                        code: UInt16(input.byte()),
                        value: Int32(input.byte() & 3))))
        default:
            isOrderly = false
            time = input.integer()
        }
    }

    func check() {
        var decoder = self.decoder
        var actions: [ScanAction] = []
        var hasDropped = false
        for step in steps {
            if case .event(let event) = step, event.type == EventCode.synchronization,
                event.code == EventCode.synDropped
            {
                hasDropped = true
            }
            let action = apply(step, to: &decoder)
            guard let action else { continue }
            check(action, afterDrop: hasDropped)
            hasDropped = false
            actions.append(action)
        }
        if isOrderly { checkThatTimersDoNotMatter(actions) }
        checkRest(decoder, afterDrop: hasDropped)
    }

    private var decoder: ScanDecoder {
        var decoder = ScanDecoder(settings: settings, layout: layout)
        for key in found { decoder.found(down: key) }
        if isCapsLockLit { decoder.foundCapsLockLit() }
        return decoder
    }

    private func apply(_ step: Step, to decoder: inout ScanDecoder) -> ScanAction? {
        switch step {
        case .event(let event): return decoder.received(event)
        case .wait(let time):
            let action = decoder.waited(until: time)
            // A packet without an end is told of first, and the next call tells of the pause.
            if action == nil, let deadline = decoder.deadline {
                require(deadline >= time, "a deadline that has passed stays: \(deadline), waited until \(time)")
            }
            return action
        case .suspend(let time): return decoder.suspended(until: time)
        case .unplug:
            let action = decoder.unplugged()
            checkSilence(decoder, "unplugged")
            return action
        }
    }

    /// A code is whole, bounded and text; the first thing told after SYN_DROPPED is damage.
    private func check(_ action: ScanAction, afterDrop: Bool) {
        guard case .scan(let scan) = action else { return }
        require(!afterDrop, "a code is delivered across SYN_DROPPED: \(scan)")
        require((1...ScanDecoder.maximumLength).contains(scan.code.count), "a code of \(scan.code.count) bytes")
        require(String(validating: scan.code, as: UTF8.self) != nil, "a code that is not UTF-8: \(scan.code)")
    }

    /// However it stands, a long pause or the end leaves nothing behind.
    private func checkRest(_ decoder: ScanDecoder, afterDrop: Bool) {
        var waiting = decoder
        if let deadline = decoder.deadline {
            let late = max(Self.end, deadline.adding(milliseconds: 1))
            if let action = waiting.waited(until: late) {
                check(action, afterDrop: afterDrop)
                if let action = waiting.waited(until: late) { check(action, afterDrop: false) }
            }
            if deadline < MonotonicTime(microseconds: .max) { checkRest(of: waiting) }
        } else {
            require(waiting.waited(until: Self.end) == nil, "a pause tells something at rest")
        }
        var ending = decoder
        if case .scan(let scan)? = ending.unplugged() { finding("unplugging delivers a code: \(scan)") }
        checkSilence(ending, "unplugged")
    }

    private func checkRest(of decoder: ScanDecoder) {
        require(decoder.deadline == nil, "a deadline is left after a long pause")
    }

    private func checkSilence(_ decoder: ScanDecoder, _ state: String) {
        var decoder = decoder
        require(decoder.deadline == nil, "\(state), and a deadline is left")
        require(decoder.waited(until: Self.end) == nil, "\(state), and a pause tells something")
        require(decoder.suspended(until: Self.end) == nil, "\(state), and a suspend tells something")
        require(decoder.unplugged() == nil, "\(state), and it tells something again")
    }

    /// Whether the host's timer runs before an event, after it or not at all, and what the clock's zero is, changes nothing.
    private func checkThatTimersDoNotMatter(_ expected: [ScanAction]) {
        let shift: Int64 = 86_400_000_000
        var decoder = self.decoder
        var actions: [ScanAction] = []
        for step in steps {
            if case .event(let event) = step, event.type == EventCode.key, event.value < 2 {
                let time = MonotonicTime(microseconds: event.time.microseconds + shift)
                if let action = decoder.waited(until: time) { actions.append(action) }
            }
            if let action = apply(step.shifted(by: shift), to: &decoder) { actions.append(action) }
        }
        let shifted = expected.map { $0.shifted(by: shift) }
        // Where a packet has no end, the timer may tell in two steps what an event can only tell in one, as damage, and from there
        // on the decoders know different things.
        let index = zip(actions, shifted).prefix { $0 == $1 }.count
        let areSafe = index == shifted.count || !shifted[index].isScan
        require(
            arePacketsWhole ? actions == shifted : areSafe,
            "with timers \(actions.map(\.told)), without \(shifted.map(\.told))")
    }

    /// Whether each packet is over before time goes on, as it is in the kernel.
    private var arePacketsWhole: Bool {
        var open: MonotonicTime?
        for case .event(let event) in steps {
            if let open, open != event.time { return false }
            let isReport =
                event.type == EventCode.synchronization && event.code == EventCode.synReport && event.value == 0
            open = isReport ? nil : event.time
        }
        return true
    }
}
