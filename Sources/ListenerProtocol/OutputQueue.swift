import SystemCalls

/// Lines that wait for one listener to read, in order. It holds references to the lines that all listeners share.
public struct OutputQueue: Sendable {
    struct Item {
        var line: [UInt8]
        /// The event's number; nil for a line that tells of no event of the journal.
        var seq: UInt64?
        var since: MonotonicTime
    }

    public private(set) var byteCount = 0
    private var items: [Item] = []
    private var head = 0
    /// Bytes of the first line that are gone already.
    private var sentOfFirst = 0
    private let limits: ListenerLimits

    init(limits: ListenerLimits) {
        self.limits = limits
    }

    public var isEmpty: Bool { head == items.count }
    public var lineCount: Int { items.count - head }
    /// When the first line was put in.
    public var oldest: MonotonicTime? { isEmpty ? nil : items[head].since }

    /// Whether to hold back what the listener can wait for.
    var isPaused: Bool { lineCount >= limits.pauseLines || byteCount >= limits.pauseBytes }

    /// Adds a line, or returns false if the listener has too much unread.
    mutating func append(_ line: [UInt8], seq: UInt64? = nil, at now: MonotonicTime) -> Bool {
        guard isEmpty || (lineCount < limits.queuedLines && byteCount + line.count <= limits.queuedBytes) else {
            return false
        }
        items.append(Item(line: line, seq: seq, since: now))
        byteCount += line.count
        return true
    }

    /// Hands out what to send next: the rest of the first line as it lies in memory, or, if several wait, as many as `scratch`
    /// holds, copied there.
    public func withNext<Result>(
        _ scratch: UnsafeMutableRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        guard lineCount > 1, items[head].line.count - sentOfFirst < scratch.count else {
            guard !isEmpty else { return body(UnsafeRawBufferPointer(start: nil, count: 0)) }
            return items[head].line.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[sentOfFirst...])) }
        }
        var count = 0
        var skipped = sentOfFirst
        for item in items[head...] {
            let length = item.line.count - skipped
            guard count + length <= scratch.count else { break }
            item.line.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: scratch[count...]).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: $0[skipped...]))
            }
            count += length
            skipped = 0
        }
        return body(UnsafeRawBufferPointer(rebasing: scratch[..<count]))
    }

    /// Takes out what the kernel took.
    public mutating func sent(_ count: Int) {
        var rest = count
        byteCount -= count
        while rest > 0, !isEmpty {
            let left = items[head].line.count - sentOfFirst
            guard rest >= left else {
                sentOfFirst += rest
                return
            }
            rest -= left
            sentOfFirst = 0
            items[head].line = []
            head += 1
        }
        if isEmpty {
            items.removeAll(keepingCapacity: items.capacity <= 64)
            head = 0
        } else if head > 256, head > items.count / 2 {
            items.removeFirst(head)
            head = 0
        }
    }

    /// Drops all lines but the rest of one that is on its way, which must not be cut.
    ///
    /// - Returns: The first journal event among the dropped ones.
    mutating func dropUnsent() -> UInt64? {
        let kept = sentOfFirst > 0 && !isEmpty ? 1 : 0
        let dropped = items[(head + kept)...].lazy.compactMap(\.seq).first
        items.removeLast(lineCount - kept)
        byteCount = kept == 1 ? items[head].line.count - sentOfFirst : 0
        return dropped
    }
}
