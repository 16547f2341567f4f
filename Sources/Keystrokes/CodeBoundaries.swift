/// Where codes end in the stream of one scanner's keys: counters that rise, to be compared before and after each event.
public struct CodeBoundaries: Equatable, Sendable {
    /// Codes that ended with a key that has gone down: what goes down behind it is the next one's.
    public private(set) var byKey = 0
    /// Codes that ended with a pause: the key that showed it is the next one's.
    public var byPause = 0
    /// Keys that came between codes and belong to none by themselves: an end key, or one that is allowed by name.
    public private(set) var loneKeys = 0
    /// Whether nothing else was pressed with the last of them.
    public private(set) var isLoneKeyText = false

    public init() {}

    mutating func keyEnded() { byKey &+= 1 }
    mutating func pauseEnded() { byPause &+= 1 }

    mutating func loneKey(isText: Bool) {
        loneKeys &+= 1
        isLoneKeyText = isText
    }
}
