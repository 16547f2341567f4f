import SystemCalls

/// Where a ``ScanDecoder`` stands, as much of it as another one needs to go on in its place when its process is gone.
public struct DecoderMark: Equatable, Sendable {
    public enum Stage: UInt8, Sendable, CaseIterable {
        /// Between two codes, and the rest of the mark tells all that matters.
        case rest = 1
        /// In a code that nothing was told of.
        case inCode
        /// In the rest of a code whose damage was told.
        case told
        /// Events up to ``DecoderMark/lastKey`` were read, and nobody knows what they were.
        case lost
        /// The same, and nobody knows up to when.
        case unknown
    }

    /// What is known of how the scanner's codes end: ``EndHabit``.
    public struct Habit: Equatable, Sendable {
        public var endsWithKey = false
        public var endsWithETX = false
        public var hadKeyInFront = false
        public var loneKey: MonotonicTime?
        public var undecidedKey: MonotonicTime?

        public init(
            endsWithKey: Bool = false, endsWithETX: Bool = false, hadKeyInFront: Bool = false,
            loneKey: MonotonicTime? = nil, undecidedKey: MonotonicTime? = nil
        ) {
            self.endsWithKey = endsWithKey
            self.endsWithETX = endsWithETX
            self.hadKeyInFront = hadKeyInFront
            self.loneKey = loneKey
            self.undecidedKey = undecidedKey
        }
    }

    /// What is known of Caps Lock.
    public struct Case: Equatable, Sendable {
        public var isLocked = false
        public var isLockedAtRest = false
        public var wasTapped = false
        public var isInDoubt = false

        public init(
            isLocked: Bool = false, isLockedAtRest: Bool = false, wasTapped: Bool = false, isInDoubt: Bool = false
        ) {
            self.isLocked = isLocked
            self.isLockedAtRest = isLockedAtRest
            self.wasTapped = wasTapped
            self.isInDoubt = isInDoubt
        }
    }

    public var stage: Stage
    /// When the last key came.
    public var lastKey: MonotonicTime
    /// What comes before this is the rest of a code that was cut off.
    public var cutOffUntil: MonotonicTime?
    /// The keys that are down. Not known when events are lost.
    public var down: FewKeys
    public var habit: Habit
    public var `case`: Case

    public init(
        stage: Stage, lastKey: MonotonicTime = MonotonicTime(microseconds: 0), cutOffUntil: MonotonicTime? = nil,
        down: FewKeys = FewKeys(), habit: Habit = Habit(), case: Case = Case()
    ) {
        self.stage = stage
        self.lastKey = lastKey
        self.cutOffUntil = cutOffUntil
        self.down = down
        self.habit = habit
        self.case = `case`
    }
}
