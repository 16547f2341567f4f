import SystemCalls

/// A code as it was on the card.
public struct Scan: Equatable, Sendable {
    /// UTF-8, without identifier, prefix and suffix; 1 to ``ScanDecoder/maximumLength`` bytes.
    public var code: [UInt8]
    /// The AIM identifier that stood in front, for example `]E0`.
    public var aim: AIMIdentifier?
    /// When its last key was pressed.
    public var time: MonotonicTime
    /// Keys were pressed that type no text, nor are Enter or Tab: Ctrl with a letter, the Windows key, an unpaired lock key. What a code
    /// may do with them to a till, nobody knows.
    public var hasCommandKeys: Bool

    /// The symbology's name: what the identifier says; without one a guess by length and check digit, or nil.
    public var symbology: String? { aim == nil ? RetailCode.guess(code) : aim?.symbology }

    /// Every name that ``symbology`` can give.
    public static let symbologies = AIMIdentifier.symbologies.union(RetailCode.guesses)

    /// Those that it can give without an identifier.
    public static let guessedSymbologies = Set(RetailCode.guesses)

    public init(code: [UInt8], aim: AIMIdentifier?, time: MonotonicTime, hasCommandKeys: Bool = false) {
        self.code = code
        self.aim = aim
        self.time = time
        self.hasCommandKeys = hasCommandKeys
    }
}

/// Why what a scanner typed is not delivered as a code.
public enum Damage: String, Error, Equatable, Sendable, CaseIterable {
    /// The kernel threw events away (SYN_DROPPED).
    case overflow
    /// The scanner went away in mid-code.
    case unplugged
    /// The code stopped without the key that ends this scanner's codes.
    case timeout
    /// A key or combination that the layout does not name, or a sequence of events that shows a gap.
    case undecodable
    /// More than ``ScanDecoder/maximumLength`` bytes.
    case tooLong = "too_long"
}

/// What follows from an event.
public enum ScanAction: Equatable, Sendable {
    case scan(Scan)
    /// Something was scanned and cannot be trusted. `time` is that of the last key.
    case damaged(Damage, time: MonotonicTime)
}
