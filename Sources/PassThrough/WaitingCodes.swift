import SystemCalls

/// Codes that are typed on only if the member endpoint does not know them: a pure state machine that keeps their keys until then.
///
/// They hold nothing back: whatever is passed meanwhile is typed at once. A code whose answer comes too late is dropped, since by then the
/// cashier does something else.
public struct WaitingCodes {
    private struct Code {
        let ticket: Int
        var steps: [KeyStep]
        let deadline: MonotonicTime
    }

    /// As many codes wait at most.
    public static let maximumCount = 64
    /// As many steps do, of all codes together.
    static let maximumSteps = 1 << 19

    private var codes: [Code] = []
    private var stepCount = 0
    private var lastTicket = 0
    /// The last codes that were typed on in the end, for the keys that follow a code.
    private var typed: [Int] = []

    public init() {}

    /// A code waits for its answer.
    ///
    /// - Returns: Its ticket; nil if too many wait.
    public mutating func began(_ steps: [KeyStep], until deadline: MonotonicTime) -> Int? {
        guard codes.count < Self.maximumCount, stepCount + steps.count <= Self.maximumSteps else { return nil }
        lastTicket += 1
        stepCount += steps.count
        // Codes wait equally long but for a change of the configuration, so this finds its place at once.
        let index = codes.lastIndex { $0.deadline <= deadline }.map { $0 + 1 } ?? 0
        codes.insert(Code(ticket: lastTicket, steps: steps, deadline: deadline), at: index)
        return lastTicket
    }

    /// Keys that follow a code share its fate.
    ///
    /// - Returns: Whether they are to be typed, since the code was.
    public mutating func followed(_ ticket: Int, by steps: [KeyStep]) -> Bool {
        guard let index = codes.firstIndex(where: { $0.ticket == ticket }) else { return typed.contains(ticket) }
        if stepCount + steps.count <= Self.maximumSteps {
            codes[index].steps += steps
            stepCount += steps.count
        }
        return false
    }

    /// The answer is there, in time or not.
    ///
    /// - Parameter isTyped: Whether the code is for the till.
    /// - Returns: The code's steps; nil if it has been dropped.
    public mutating func answered(_ ticket: Int, isTyped: Bool) -> [KeyStep]? {
        guard let index = codes.firstIndex(where: { $0.ticket == ticket }) else { return nil }
        if isTyped {
            typed.append(ticket)
            if typed.count > Self.maximumCount { typed.removeFirst() }
        }
        stepCount -= codes[index].steps.count
        return codes.remove(at: index).steps
    }

    /// When ``waited(until:)`` is to be called; nil if nothing waits.
    public var deadline: MonotonicTime? { codes.first?.deadline }

    /// Time has passed.
    ///
    /// - Returns: The tickets that are dropped by it.
    public mutating func waited(until now: MonotonicTime) -> [Int] {
        let late = codes.prefix { $0.deadline <= now }
        codes.removeFirst(late.count)
        stepCount -= late.reduce(0) { $0 + $1.steps.count }
        return late.map(\.ticket)
    }
}
