import SystemCalls

/// What one scanner has shown of how its codes end: a pure state machine.
///
/// It decides what a pause means. For a scanner that ends its codes with a key, a pause before that key shows that something
/// is missing. A scanner that sends the key only in front of each code proves nothing by it, even when the next code's key comes so
/// soon that it ends the code before.
struct EndHabit {
    /// Codes were seen to end with a key.
    private(set) var endsWithKey = false
    /// Codes were seen to end with ETX.
    private(set) var endsWithETX = false
    private let gapMilliseconds: Int
    /// When an end key came that had nothing to end.
    private var loneKey: MonotonicTime?
    /// When an end key ended a code that had one in front as well: its own, or the next one's.
    private var undecidedKey: MonotonicTime?
    private var hadKeyInFront = false

    init(gapMilliseconds: Int) {
        self.gapMilliseconds = gapMilliseconds
    }

    mutating func codeBegan(at time: MonotonicTime) {
        if let key = undecidedKey {
            hadKeyInFront = isClose(key, time)
            endsWithKey = endsWithKey || !hadKeyInFront
        } else {
            hadKeyInFront = loneKey.map { isClose($0, time) } ?? false
        }
        undecidedKey = nil
        loneKey = nil
    }

    mutating func codeEnded(byKeyAt time: MonotonicTime) {
        if hadKeyInFront, !endsWithKey {
            undecidedKey = time
        } else {
            endsWithKey = true
        }
    }

    mutating func endKeyCameAlone(at time: MonotonicTime) {
        if undecidedKey != nil { endsWithKey = true }
        undecidedKey = nil
        loneKey = time
    }

    mutating func codeEndedWithETX() {
        endsWithETX = true
        endsWithKey = true
    }

    /// What it has seen so far, for who goes on in its place.
    var mark: DecoderMark.Habit {
        get {
            DecoderMark.Habit(
                endsWithKey: endsWithKey, endsWithETX: endsWithETX, hadKeyInFront: hadKeyInFront, loneKey: loneKey,
                undecidedKey: undecidedKey)
        }
        set {
            endsWithKey = newValue.endsWithKey
            endsWithETX = newValue.endsWithETX
            hadKeyInFront = newValue.hadKeyInFront
            loneKey = newValue.loneKey
            undecidedKey = newValue.undecidedKey
        }
    }

    private func isClose(_ key: MonotonicTime, _ time: MonotonicTime) -> Bool {
        time <= key.adding(milliseconds: gapMilliseconds)
    }
}
