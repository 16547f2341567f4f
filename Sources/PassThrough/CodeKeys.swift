/// The keys of one code as they were pressed and released, packet by packet.
public struct CodeKeys: Sendable {
    /// What was pressed and released, in order; nothing if it was too much.
    public private(set) var steps: [KeyStep] = []
    /// There was more than ``maximumSteps``.
    public private(set) var isTooLong = false
    /// The flow in which its first steps are typed already; nil if none are.
    public internal(set) var flow: Int?
    /// The keys that are down, in the order of their presses.
    private var down: [UInt16] = []

    /// Twice what a code of 4 KiB takes if each of its characters is typed with Alt and four digits.
    public static let maximumSteps = 1 << 18

    /// Room for a product's code, so that a key allocates nothing.
    public init() {
        steps.reserveCapacity(256)
        down.reserveCapacity(16)
    }

    var isEmpty: Bool { steps.isEmpty && down.isEmpty && !isTooLong }

    mutating func pressed(_ key: UInt16) {
        guard !down.contains(key) else { return }
        down.append(key)
        append(.down(key))
    }

    /// - Returns: Whether the key was one of this code's.
    mutating func released(_ key: UInt16) -> Bool {
        guard let index = down.lastIndex(of: key) else { return false }
        down.remove(at: index)
        append(.up(key))
        return true
    }

    mutating func packetEnded() {
        if let last = steps.last, last != .packetEnd { append(.packetEnd) }
    }

    /// The code is over: what is still down goes up, the last one first, as its own releases would a moment later.
    mutating func finish() {
        packetEnded()
        while let key = down.popLast() { append(.up(key)) }
        packetEnded()
    }

    /// Takes out what has come so far. What is down stays this code's.
    mutating func takeSteps() -> [KeyStep] {
        let taken = steps
        steps.removeAll(keepingCapacity: true)
        return taken
    }

    /// The steps are of no use. What has flowed, has flowed.
    mutating func removeAll() {
        steps.removeAll(keepingCapacity: true)
        down.removeAll(keepingCapacity: true)
        isTooLong = false
    }

    private mutating func append(_ step: KeyStep) {
        guard !isTooLong else { return }
        if steps.count < Self.maximumSteps { return steps.append(step) }
        isTooLong = true
        steps = []
    }
}
