import JSON
import SystemCalls

/// Numbers the events, encodes each of them once, and holds the last ones for listeners that resume.
///
/// The hot path of a scan: one line is written and kept, and every listener is sent the same bytes.
public struct EventJournal: Sendable {
    /// One event as it goes out.
    public struct Entry: Sendable {
        public var type: EventType
        /// The whole line with its line feed.
        public var line: [UInt8]
    }

    /// Events held by default.
    public static let defaultCapacity = 4096
    /// Bytes held by default.
    public static let defaultByteCapacity = 8 << 20

    /// The newest event's number, 0 before the first.
    public private(set) var last: UInt64 = 0
    /// The oldest number that is held; `last + 1` while nothing is.
    public private(set) var first: UInt64 = 1
    /// Bytes of all lines held.
    public private(set) var heldBytes = 0

    /// A ring: number `n` is at `(n - 1) % capacity`.
    private var entries: [Entry] = []
    private let capacity: Int
    private let byteCapacity: Int
    private var writer = JSONWriter(capacity: 1024)
    private var times = WallTimeText()

    public init(capacity: Int = defaultCapacity, byteCapacity: Int = defaultByteCapacity) {
        precondition(capacity > 0, "a journal holds at least one event")
        self.capacity = capacity
        self.byteCapacity = byteCapacity
    }

    /// A journal that goes on after event number `last`; `entries` are the events up to it, the oldest first.
    init(last: UInt64, entries: [Entry]) {
        self.init()
        first = last - UInt64(entries.count) + 1
        self.last = first - 1
        for entry in entries { append(entry) }
    }

    /// Gives `event` the next number and keeps it. The newest event is held whatever its size.
    @discardableResult
    public mutating func append(_ event: Event, at time: WallTime) -> Entry {
        // Its line holds its number.
        let entry = Entry(type: event.type, line: line(event, time, seq: last + 1))
        append(entry)
        return entry
    }

    private mutating func append(_ entry: Entry) {
        last += 1
        heldBytes += entry.line.count
        if last - first >= UInt64(capacity) { dropFirst() }
        let index = index(of: last)
        while index >= entries.count { entries.append(Entry(type: entry.type, line: [])) }
        entries[index] = entry
        while heldBytes > byteCapacity, first < last { dropFirst() }
    }

    /// The event with this number, if it is held.
    public func entry(_ seq: UInt64) -> Entry? {
        first <= seq && seq <= last ? entries[index(of: seq)] : nil
    }

    private mutating func line(_ event: Event, _ time: WallTime, seq: UInt64) -> [UInt8] {
        if case .scan(let scan) = event { return ScanLine(scan, seq: seq).bytes(time: times.bytes(of: time)) }
        writer.clear()
        writer.write(event, seq: seq, time: time)
        return writer.bytes
    }

    private mutating func dropFirst() {
        let index = index(of: first)
        heldBytes -= entries[index].line.count
        entries[index].line = []
        first += 1
    }

    private func index(of seq: UInt64) -> Int { Int((seq - 1) % UInt64(capacity)) }
}
