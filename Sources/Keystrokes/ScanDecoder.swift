import SystemCalls

/// Makes codes out of one scanner's key events: a pure state machine, one for each device.
///
/// A code ends with one of the configured keys, or with a pause. Nothing that is in doubt leaves it as a code:
/// - An overflow, a key that the layout does not name, an impossible sequence or too many characters damage the code; what
///   follows is swallowed until its end, and then the damage is told, once.
/// - A scanner whose codes were seen to end with a key has lost something when a pause comes first. That code is damaged, and
///   so is what follows within ``tailMilliseconds``, which may be its rest.
/// - A code is complete when the packet (SYN_REPORT) of its last key is, since a release in that packet can still show that a
///   press is missing; a modifier that is down then means that its release was lost, and the code's end with it.
public struct ScanDecoder {
    /// The longest code in bytes of UTF-8.
    public static let maximumLength = 4096
    /// After a code that a pause has cut off, keys within this time count as its rest: scanners pause up to 990 ms.
    static let tailMilliseconds = 1000

    private enum State: Equatable {
        case idle
        /// Characters have come and nothing is wrong.
        case reading
        /// Swallowing a code that is no longer to be trusted.
        case damaged(Damage)
        /// A pause has cut a code off; what comes before `until` is its rest.
        case cutOff(until: MonotonicTime)
        /// Swallowing the rest of a code whose damage was told.
        case swallowingRest
    }

    private let settings: DecodingSettings
    private let finish: ScanFinish
    private var keys: KeyDecoder
    private var state = State.idle
    private var code: [UInt8] = []
    private var lastKey = MonotonicTime(microseconds: 0)
    /// A code that has ended in the present packet.
    private var ended: Ended?
    private var endsWithKey = false

    private struct Ended {
        var code: [UInt8]
        var damage: Damage?
        var time: MonotonicTime
        var byControl: Bool
    }

    public init(settings: DecodingSettings, layout: Layout) {
        self.settings = settings
        finish = ScanFinish(settings: settings)
        keys = KeyDecoder(layout: layout)
        code.reserveCapacity(64)
    }

    /// When a pause will have ended the code that is under way; nil while there is none.
    public var deadline: MonotonicTime? {
        switch state {
        case .idle, .cutOff: nil
        case .reading, .damaged, .swallowingRest: lastKey.adding(milliseconds: settings.gapMilliseconds)
        }
    }

    /// A key was down when reading began, so that its release is to be expected.
    public mutating func found(down key: UInt16) {
        keys.found(down: key)
    }

    /// Reading began at `time` while the scanner was typing: what follows closely is the rest of a code.
    public mutating func beganInMidCode(at time: MonotonicTime) {
        state = .cutOff(until: time.adding(milliseconds: settings.gapMilliseconds))
    }

    /// The scanner's next event, whatever its type.
    public mutating func received(_ event: InputEvent) -> ScanAction? {
        switch (event.type, event.code, event.value) {
        case (EventCode.key, let key, 1): return keyDown(key, event.time)
        case (EventCode.key, let key, 0): return keyUp(key, event.time)
        // SYN_REPORT of value 1 is a flush in the middle of a report that was longer than the input core's buffer.
        case (EventCode.synchronization, EventCode.synReport, 0): return packetEnded()
        case (EventCode.synchronization, EventCode.synDropped, _): return overflowed(event.time)
        // Autorepeat is the kernel's own doing, and the rest types nothing.
        default: return nil
        }
    }

    /// Time has passed without an event until `now`.
    public mutating func waited(until now: MonotonicTime) -> ScanAction? {
        guard let deadline, now > deadline else { return nil }
        return paused()
    }

    /// The scanner is gone, or nothing more will come.
    public mutating func unplugged() -> ScanAction? {
        defer {
            state = .idle
            code.removeAll(keepingCapacity: true)
            ended = nil
            keys.reset()
        }
        if let ended { return .damaged(ended.damage ?? .unplugged, time: ended.time) }
        return switch state {
        case .reading: .damaged(.unplugged, time: lastKey)
        case .damaged(let damage): .damaged(damage, time: lastKey)
        case .idle, .cutOff, .swallowingRest: nil
        }
    }

    /// The machine slept and woke up at `time`: what was under way has a hole that the events' clock does not show.
    public mutating func suspended(until time: MonotonicTime) -> ScanAction? {
        let action: ScanAction?
        switch state {
        case .idle, .cutOff: return nil
        case .reading: action = .damaged(.timeout, time: lastKey)
        case .damaged(let damage): action = .damaged(damage, time: lastKey)
        case .swallowingRest: action = nil
        }
        state = .cutOff(until: time.adding(milliseconds: Self.tailMilliseconds))
        code.removeAll(keepingCapacity: true)
        return action
    }

    // MARK: Events

    private mutating func keyDown(_ key: UInt16, _ time: MonotonicTime) -> ScanAction? {
        let action = waited(until: time)
        if case .cutOff(let until) = state { state = time < until ? .swallowingRest : .idle }
        lastKey = time
        switch keys.pressed(key) {
        case .nothing: break
        case .character(let character):
            // A pause and an end cannot both have something to say: after a pause nothing is left to end.
            return isEnd(character) ? endReached(time) ?? action : append(character, action)
        case .undecodable, .impossiblePress, .impossibleRelease: damage(.undecodable)
        }
        return action
    }

    private mutating func keyUp(_ key: UInt16, _ time: MonotonicTime) -> ScanAction? {
        let action = waited(until: time)
        switch keys.released(key) {
        case .nothing:
            if deadline != nil { lastKey = time }
            return action
        case .impossibleRelease:
            // Its press is lost. An end key's tells where the code ended, and alone it ends nothing.
            if isEndKey(key) {
                if state == .reading { damage(.undecodable) }
                return endReached(time) ?? action
            }
            if case .cutOff(let until) = state { state = time < until ? .swallowingRest : .idle }
            lastKey = time
            damage(.undecodable)
            return action
        case .character, .undecodable, .impossiblePress: return action
        }
    }

    private mutating func overflowed(_ time: MonotonicTime) -> ScanAction? {
        let action = waited(until: time)
        keys.reset()
        lastKey = time
        code.removeAll(keepingCapacity: true)
        // A code whose packet was not complete is among what is lost, and the release of its end key ends the damage.
        ended = nil
        if case .damaged = state { return action }
        state = .damaged(.overflow)
        return action
    }

    private mutating func packetEnded() -> ScanAction? {
        guard let ended else { return nil }
        self.ended = nil
        return finished(ended)
    }

    // MARK: Transitions

    private mutating func append(_ character: UInt32, _ action: ScanAction?) -> ScanAction? {
        switch state {
        case .idle, .cutOff: state = .reading
        case .reading: break
        case .damaged, .swallowingRest: return action
        }
        // Enter and Tab that end nothing are the text's own line breaks.
        guard let scalar = UnicodeScalar(character == 13 ? 10 : character) else {
            damage(.undecodable)
            return action
        }
        code.append(contentsOf: UTF8.EncodedScalar(encoding: scalar))
        if code.count > Self.maximumLength { damage(.tooLong) }
        return action
    }

    private mutating func damage(_ damage: Damage) {
        switch state {
        case .idle, .reading, .cutOff:
            state = .damaged(damage)
            code.removeAll(keepingCapacity: true)
        // The first reason stays: the others may be its consequences.
        case .damaged, .swallowingRest: break
        }
    }

    /// An end key went down, or its release shows that it did.
    private mutating func endReached(_ time: MonotonicTime) -> ScanAction? {
        let earlier = packetEnded()
        endsWithKey = endsWithKey || deadline != nil
        switch state {
        // Enter alone is no scan; so CR LF is one end.
        case .idle, .cutOff: break
        case .reading:
            ended = Ended(code: code, damage: nil, time: time, byControl: keys.isControlDown)
        case .damaged(let damage): ended = Ended(code: [], damage: damage, time: time, byControl: false)
        // It may have been another scan's end as well: better told twice than lost.
        case .swallowingRest: ended = Ended(code: [], damage: .timeout, time: time, byControl: false)
        }
        code.removeAll(keepingCapacity: true)
        state = .idle
        return earlier
    }

    private mutating func finished(_ ended: Ended) -> ScanAction {
        if let damage = ended.damage { return .damaged(damage, time: ended.time) }
        let isModifierLost = keys.isAnyModifierDown && !ended.byControl
        // A key that went up unseen in this packet has damaged the next code, which is this one.
        if isModifierLost || state == .damaged(.undecodable) {
            state = .idle
            return .damaged(.undecodable, time: ended.time)
        }
        return finish(ended.code, at: ended.time)
    }

    /// A pause has ended what is under way.
    private mutating func paused() -> ScanAction? {
        let expectsKey = endsWithKey && !settings.endKeys.isEmpty
        let rest = State.cutOff(until: lastKey.adding(milliseconds: Self.tailMilliseconds))
        defer { code.removeAll(keepingCapacity: true) }
        switch state {
        case .idle, .cutOff: return nil
        case .swallowingRest:
            state = rest
            return nil
        case .damaged(let damage):
            state = expectsKey ? rest : .idle
            return .damaged(damage, time: lastKey)
        case .reading:
            let isWhole = !expectsKey && !keys.isAnyCharacterDown && !keys.isAnyModifierDown
            state = expectsKey ? rest : .idle
            return isWhole ? finish(code, at: lastKey) : .damaged(.timeout, time: lastKey)
        }
    }

    private func isEnd(_ character: UInt32) -> Bool {
        switch character {
        case 10, 13: settings.endKeys.contains(.enter)
        case 9: settings.endKeys.contains(.tab)
        default: false
        }
    }

    private func isEndKey(_ key: UInt16) -> Bool {
        isEnd(keys.layout.character(of: key, at: []))
    }
}

extension UTF8.EncodedScalar {
    /// Every Unicode scalar value has an encoding; the empty one is never taken.
    fileprivate init(encoding scalar: UnicodeScalar) {
        self = UTF8.encode(scalar) ?? UTF8.EncodedScalar()
    }
}
