import SystemCalls

/// Makes codes out of one scanner's key events: a pure state machine, one for each device.
///
/// A code ends with one of the configured keys, or with a pause. Nothing that is in doubt leaves it as a code:
/// - An overflow, a key that the layout does not name, an impossible sequence or too many characters damage the code; what
///   follows is swallowed until its end, and then the damage is told, once.
/// - A scanner whose codes were seen to end with a key has lost something when a pause comes first. That code is damaged, and
///   so is what follows within ``tailMilliseconds``, which may be its rest.
/// - A code is complete when the packet (SYN_REPORT) of its last key is, since a release in that packet can still show that a
///   press is missing; a modifier that is down then, or a dead key that waits, means that an event was lost, and nobody knows since
///   when.
/// - A report that names one key twice is delivered with one press, and nothing says so. It shows in the number of an Alt code and
///   in the check digit of what an AIM identifier calls EAN or UPC.
///
/// Caps Lock is in the end what it was in the beginning if a code is damaged: scanners tap it in pairs, and one of a pair may be
/// among what is lost.
public struct ScanDecoder {
    /// The longest code in bytes of UTF-8.
    public static let maximumLength = 4096
    /// After a code that a pause has cut off, keys within this time count as its rest: scanners pause up to 990 ms.
    static let tailMilliseconds = 1000

    private static let flushMilliseconds = 5

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

    /// A code that has ended in the present packet.
    private struct Ended {
        var code: [UInt8]
        var damage: Damage?
        var time: MonotonicTime
        var byControl = false
        var hasCommandKeys = false
    }

    private let settings: DecodingSettings
    private let finish: ScanFinish
    private var keys: KeyDecoder
    private var habit: EndHabit
    private var state = State.idle
    private var text = ScanText()
    private var lastKey = MonotonicTime(microseconds: 0)
    private var ended: Ended?
    /// When the packet was flushed that may be over by it.
    private var flushed: MonotonicTime?
    /// A scan code has come, and its key is due.
    private var isKeyDue = false
    /// Caps Lock between codes, and whether this scanner has tapped it since the last one.
    private var restingCapsLock = false
    private var hasTappedCapsLock = false
    /// The code that is under way is damaged because the process that read its beginning is gone.
    private var isInherited = false
    /// Where codes end in the stream of keys, for who keeps the keys themselves.
    public private(set) var boundaries = CodeBoundaries()

    public init(settings: DecodingSettings, layout: Layout) {
        self.settings = settings
        finish = ScanFinish(settings: settings)
        keys = KeyDecoder(layout: layout, namedKeys: settings.namedKeys)
        habit = EndHabit(gapMilliseconds: settings.gapMilliseconds)
    }

    /// When a pause will have ended the code that is under way; nil while there is none.
    public var deadline: MonotonicTime? {
        // The rest of a flushed packet is there within microseconds.
        if ended != nil, let flushed { return flushed.adding(milliseconds: Self.flushMilliseconds) }
        return switch state {
        case .idle, .cutOff: nil
        case .reading, .damaged, .swallowingRest: lastKey.adding(milliseconds: settings.gapMilliseconds)
        }
    }

    /// The beginning of the code that is under way, for who wants to decide before its end. Nil while it may come to nothing: between codes,
    /// in a damaged one, behind a dead key, with Ctrl, Alt or the Windows key down; and where only the end tells what the code is.
    public var partialCode: PartialCode? {
        guard state == .reading, ended == nil, !hasCommandKeys, !keys.isCommandDown, !keys.isAnyDeadKeyPending else {
            return nil
        }
        return finish.partial(text.bytes)
    }

    /// Nothing came for a while between codes: what was tapped there is no command of the next one.
    public mutating func idled() {
        if state == .idle, ended == nil { keys.forgetCommands() }
    }

    /// A key was down when reading began, so that its release is to be expected.
    public mutating func found(down key: UInt16) {
        keys.found(down: key)
    }

    /// The light of Caps Lock was on when reading began and cannot be put out. Some scanners type the other case then and some do
    /// not, so letters damage a code until the light changes.
    public mutating func foundCapsLockLit() {
        keys.caseIsInDoubt()
    }

    /// Reading began at `time` while the scanner was typing: what follows closely is the rest of a code.
    public mutating func beganInMidCode(at time: MonotonicTime) {
        state = .cutOff(until: time.adding(milliseconds: settings.gapMilliseconds))
    }

    /// Where it stands, for who goes on in its place.
    public var mark: DecoderMark {
        let down = keys.fewDown
        let until: MonotonicTime? = if case .cutOff(let until) = state { until } else { nil }
        return DecoderMark(
            stage: down == nil ? .lost : stage, lastKey: lastKey, cutOffUntil: until, down: down ?? FewKeys(),
            habit: habit.mark,
            case: .init(
                isLocked: keys.isCapsLocked, isLockedAtRest: restingCapsLock, wasTapped: hasTappedCapsLock,
                isInDoubt: keys.isCaseInDoubt))
    }

    private var stage: DecoderMark.Stage {
        guard ended == nil, flushed == nil, !isKeyDue else { return .inCode }
        return switch state {
        case .idle, .cutOff: keys.isAtRest ? .rest : .inCode
        case .swallowingRest: .told
        case .reading, .damaged: .inCode
        }
    }

    /// Goes on in place of a decoder that is gone, at `now`, with the first event that it has not seen.
    ///
    /// What was under way is damaged, like after an overflow, since its beginning is lost; what follows is swallowed until its end. A pause is no certain
    /// end: how long it has lasted the events that are lost would show, so what follows it closely counts as its rest.
    ///
    /// - Parameter hasSameSettings: Whether that decoder had these settings; else nobody knows what was under way.
    public mutating func tookOver(from mark: DecoderMark, hasSameSettings: Bool, at now: MonotonicTime) {
        if hasSameSettings { habit.mark = mark.habit }
        if mark.case.isInDoubt { keys.caseIsInDoubt() }
        restingCapsLock = mark.case.isLockedAtRest
        keys.capsLockIs(on: mark.stage == .rest ? mark.case.isLocked : restingCapsLock)
        hasTappedCapsLock = mark.stage == .rest && mark.case.wasTapped
        // No event has a time that is yet to come.
        lastKey = mark.stage == .unknown ? now : min(mark.lastKey, now)
        if mark.stage != .lost, mark.stage != .unknown {
            for key in mark.down.keys { keys.found(down: key) }
        }
        let tail = max(Self.tailMilliseconds, settings.gapMilliseconds)
        switch mark.stage {
        case .rest where hasSameSettings:
            state = mark.cutOffUntil.map { .cutOff(until: min($0, now.adding(milliseconds: tail))) } ?? .idle
        // What ended a code for that decoder may be in the midst of one for this.
        case .rest: state = .cutOff(until: lastKey.adding(milliseconds: tail))
        case .told: state = .swallowingRest
        case .inCode, .lost, .unknown:
            state = .damaged(.overflow)
            isInherited = true
        }
    }

    /// The scanner's next event, whatever its type.
    public mutating func received(_ event: InputEvent) -> ScanAction? {
        // The events of one report have one time: another one's show that the flush was the packet's end. So does a pause, but not
        // an overflow, which may have taken the rest of the packet.
        let isDropped = event.type == EventCode.synchronization && event.code == EventCode.synDropped
        let isFlushOver = flushed.map { $0 != event.time } ?? false
        let isPauseOver = ended != nil && deadline.map { event.time > $0 } ?? false
        guard !isDropped, isFlushOver || isPauseOver, let action = packetEnded() else { return handled(event) }
        // With the pause of a code that began in that packet there would be two things to say.
        if let deadline, event.time > deadline {
            damage(.timeout, event.time)
            lastKey = event.time
        }
        return handled(event) ?? action
    }

    private mutating func handled(_ event: InputEvent) -> ScanAction? {
        switch (event.type, event.code, event.value) {
        case (EventCode.key, let key, 1): return keyDown(key, event.time)
        case (EventCode.key, let key, 0): return keyUp(key, event.time)
        case (EventCode.key, let key, 2): return keyRepeated(key, event.time)
        case (EventCode.synchronization, EventCode.synReport, 0):
            let action = keyIsMissing(event.time)
            return packetEnded() ?? action
        // A flush of the input core's buffer, which is full with eight values. It stands in the middle of a longer report, and in
        // place of the end of one that fills it.
        case (EventCode.synchronization, EventCode.synReport, 1):
            flushed = event.time
            return keyIsMissing(event.time)
        case (EventCode.miscellaneous, EventCode.scanCode, _):
            let action = keyIsMissing(event.time)
            isKeyDue = true
            return action
        case (EventCode.synchronization, EventCode.synDropped, _):
            overflowed(event.time)
            return nil
        case (EventCode.led, EventCode.ledCapsLock, let value):
            capsLockLit(value != 0)
            return nil
        default: return nil
        }
    }

    /// Time has passed without an event until `now`.
    public mutating func waited(until now: MonotonicTime) -> ScanAction? {
        guard let deadline, now > deadline else { return nil }
        return ended == nil ? paused() : packetEnded()
    }

    /// The scanner is gone, or nothing more will come.
    public mutating func unplugged() -> ScanAction? {
        defer {
            state = .idle
            keys.reset()
            forgetCode(isDamaged: true)
        }
        return interrupted(by: .unplugged)
    }

    /// The machine slept and woke up at `time`: what was under way has a hole that the events' clock does not show.
    public mutating func suspended(until time: MonotonicTime) -> ScanAction? {
        guard deadline != nil else { return nil }
        defer {
            state = .cutOff(until: time.adding(milliseconds: Self.tailMilliseconds))
            forgetCode(isDamaged: true)
        }
        return interrupted(by: .timeout)
    }

    private func interrupted(by damage: Damage) -> ScanAction? {
        if let ended { return .damaged(ended.damage ?? damage, time: ended.time) }
        return switch state {
        case .reading: .damaged(damage, time: lastKey)
        case .damaged(let damage): .damaged(damage, time: lastKey)
        case .idle, .cutOff, .swallowingRest: nil
        }
    }

    // MARK: Events

    private mutating func keyDown(_ key: UInt16, _ time: MonotonicTime) -> ScanAction? {
        let action = waited(until: time)
        leaveCutOff(at: time)
        lastKey = time
        isKeyDue = false
        let wasCapsLocked = keys.isCapsLocked
        let outcome = keys.pressed(key)
        if keys.isCapsLocked != wasCapsLocked { hasTappedCapsLock = true }
        return typed(outcome, by: key, time) ?? action
    }

    private mutating func keyUp(_ key: UInt16, _ time: MonotonicTime) -> ScanAction? {
        let action = waited(until: time)
        isKeyDue = false
        let outcome = keys.released(key)
        if outcome == .nothing {
            if deadline != nil { lastKey = time }
            return action
        }
        if outcome == .impossibleRelease, isEndKey(key) {
            // Its press is lost. An end key's tells where the code ended, and alone it ends nothing.
            if state == .reading { damage(.undecodable, time) }
            return endReached(time) ?? action
        }
        leaveCutOff(at: time)
        lastKey = time
        return typed(outcome, by: key, time) ?? action
    }

    /// Autorepeat is the kernel's own doing, for a key that is down.
    private mutating func keyRepeated(_ key: UInt16, _ time: MonotonicTime) -> ScanAction? {
        isKeyDue = false
        return keys.isDown(key) ? nil : eventIsMissing(time)
    }

    /// A scan code without the key that it announced.
    private mutating func keyIsMissing(_ time: MonotonicTime) -> ScanAction? {
        guard isKeyDue else { return nil }
        isKeyDue = false
        return eventIsMissing(time)
    }

    private mutating func eventIsMissing(_ time: MonotonicTime) -> ScanAction? {
        let action = waited(until: time)
        leaveCutOff(at: time)
        lastKey = time
        damage(.undecodable, time)
        return action
    }

    /// What a key event means to the code. After a pause nothing is left to end, so it never has two things to say.
    private mutating func typed(_ outcome: KeyDecoder.Outcome, by key: UInt16, _ time: MonotonicTime) -> ScanAction? {
        switch outcome {
        case .nothing: break
        case .begun: begin(time)
        case .named: if state == .idle { boundaries.loneKey(isText: !keys.hasCommand) }
        case .character(let character):
            guard isEnd(character) else {
                append(character, time)
                break
            }
            // A number that lost a digit may have made this end: 0113 is q, and 013 is CR.
            if case .damaged = state, keys.isNumber(of: key) { break }
            return endReached(time)
        case .text(let bytes):
            begin(time)
            if state == .reading { text.append(bytes) }
            if text.bytes.count > Self.maximumLength { damage(.tooLong, time) }
        case .undecodable, .impossiblePress, .impossibleRelease:
            damage(.undecodable, time)
            // A doubtful end is an end all the same, but not with Ctrl, Alt or the like: that is a command inside of a code.
            if outcome != .impossibleRelease, !keys.isCommandDown, isEndKey(key) { return endReached(time) }
        }
        return nil
    }

    private mutating func capsLockLit(_ isOn: Bool) {
        keys.capsLockLit(isOn)
        if !hasTappedCapsLock { restingCapsLock = isOn }
    }

    /// What came between the last event and this one is lost, so that a long time between them shows no pause.
    private mutating func overflowed(_ time: MonotonicTime) {
        keys.reset()
        isKeyDue = false
        flushed = nil
        lastKey = time
        text.removeAll()
        // A code whose packet was not complete is among what is lost, and the release of its end key ends the damage.
        ended = nil
        if case .damaged = state { return }
        state = .damaged(.overflow)
    }

    private mutating func packetEnded() -> ScanAction? {
        flushed = nil
        keys.packetEnded()
        return ended.map { finished($0) }
    }

    // MARK: Transitions

    private mutating func leaveCutOff(at time: MonotonicTime) {
        if case .cutOff(let until) = state { state = time < until ? .swallowingRest : .idle }
    }

    private mutating func begin(_ time: MonotonicTime) {
        switch state {
        case .idle, .cutOff:
            state = .reading
            habit.codeBegan(at: time)
        case .reading, .damaged, .swallowingRest: break
        }
    }

    private mutating func append(_ character: UInt32, _ time: MonotonicTime) {
        let isFirst = state == .idle
        begin(time)
        guard state == .reading else { return }
        if character == ScanText.stx, isFirst { return text.frameBegan() }
        // A second STX in a frame shows that the first one's end is lost.
        if character == ScanText.stx, text.isFramed { return damage(.undecodable, time) }
        if !text.append(character) { return damage(.undecodable, time) }
        if text.bytes.count > Self.maximumLength { damage(.tooLong, time) }
    }

    private mutating func damage(_ damage: Damage, _ time: MonotonicTime) {
        switch state {
        case .idle, .reading, .cutOff:
            begin(time)
            state = .damaged(damage)
        // The first reason stays: the others may be its consequences.
        case .damaged, .swallowingRest: break
        }
    }

    /// An end key went down, or its release shows that it did.
    private mutating func endReached(_ time: MonotonicTime) -> ScanAction? {
        let earlier = ended.map { finished($0) }
        if deadline != nil, state != .reading || !text.isEmpty { habit.codeEnded(byKeyAt: time) }
        switch state {
        // Enter alone is no scan; so CR LF is one end.
        case .idle, .cutOff:
            habit.endKeyCameAlone(at: time)
            boundaries.loneKey(isText: !keys.hasCommand)
        case .reading where text.isEmpty:
            habit.endKeyCameAlone(at: time)
            boundaries.loneKey(isText: false)
        case .reading:
            ended = Ended(
                code: text.bytes, damage: nil, time: time, byControl: keys.isControlDown,
                hasCommandKeys: hasCommandKeys)
        case .damaged(let damage): ended = Ended(code: [], damage: damage, time: time)
        // It may have been another scan's end as well: better told twice than lost.
        case .swallowingRest: ended = Ended(code: [], damage: .timeout, time: time)
        }
        if ended != nil { boundaries.keyEnded() }
        text.removeAll()
        keys.codeEnded()
        isInherited = false
        state = .idle
        return earlier
    }

    /// The packet of a code's end is complete.
    private mutating func finished(_ ended: Ended) -> ScanAction {
        self.ended = nil
        // A key that went up unseen in this packet has damaged the next code, which is this one.
        let isNextDamaged = state == .damaged(.undecodable)
        if isNextDamaged { state = .idle }
        let isInDoubt = isNextDamaged || (keys.isAnythingPending && !ended.byControl)
        let damage = ended.damage ?? (isInDoubt ? .undecodable : nil)
        settleCapsLock(isDamaged: damage != nil)
        if let damage { return .damaged(damage, time: ended.time) }
        return finish(ended.code, at: ended.time, hasCommandKeys: ended.hasCommandKeys)
    }

    /// A pause has ended what is under way.
    private mutating func paused() -> ScanAction? {
        let expectsKey = habit.endsWithKey && (!settings.endKeys.isEmpty || habit.endsWithETX)
        let rest = State.cutOff(until: lastKey.adding(milliseconds: Self.tailMilliseconds))
        let was = state
        let hasCommandKeys = hasCommandKeys
        if was != .idle { boundaries.pauseEnded() }
        state = expectsKey || isInherited ? rest : .idle
        switch was {
        case .idle, .cutOff:
            state = was
            return nil
        case .swallowingRest:
            state = rest
            forgetCode(isDamaged: true)
            return nil
        case .damaged(let damage):
            forgetCode(isDamaged: true)
            return .damaged(damage, time: lastKey)
        case .reading:
            let isWhole = !expectsKey && !keys.isAnyCharacterDown && !keys.isAnythingPending
            let code = text.bytes
            forgetCode(isDamaged: !isWhole)
            return isWhole
                ? finishedByPause(code, hasCommandKeys: hasCommandKeys) : .damaged(.timeout, time: lastKey)
        }
    }

    /// ETX in front of a pause is the code's end, and from now on this scanner's. Another one inside was an end too, of a code
    /// that can no longer be told from this one.
    private mutating func finishedByPause(_ code: [UInt8], hasCommandKeys: Bool) -> ScanAction {
        guard code.count > 1, code.last == UInt8(ScanText.etx) else {
            return finish(code, at: lastKey, hasCommandKeys: hasCommandKeys)
        }
        habit.codeEndedWithETX()
        let rest = code.dropLast()
        return rest.contains(UInt8(ScanText.etx))
            ? .damaged(.undecodable, time: lastKey)
            : finish(Array(rest), at: lastKey, hasCommandKeys: hasCommandKeys)
    }

    /// Since the last code, keys were pressed that are neither text nor Enter or Tab. A lock key that was tapped once is one too.
    public var hasCommandKeys: Bool { keys.hasCommand || keys.isCapsLocked != restingCapsLock }

    private mutating func forgetCode(isDamaged: Bool) {
        text.removeAll()
        keys.codeEnded()
        ended = nil
        isKeyDue = false
        isInherited = false
        settleCapsLock(isDamaged: isDamaged)
    }

    private mutating func settleCapsLock(isDamaged: Bool) {
        if isDamaged { keys.capsLockIs(on: restingCapsLock) } else { restingCapsLock = keys.isCapsLocked }
        hasTappedCapsLock = false
    }

    private func isEnd(_ character: UInt32) -> Bool {
        switch character {
        case 10, 13: settings.endKeys.contains(.enter)
        case 9: settings.endKeys.contains(.tab)
        case ScanText.etx: settings.endKeys.contains(.etx) || habit.endsWithETX || text.isFramed
        default: false
        }
    }

    private func isEndKey(_ key: UInt16) -> Bool {
        isEnd(keys.layout.character(of: key, at: []))
    }
}
