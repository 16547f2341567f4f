/// A journal of events as it is handed on to the next process of the same service, which goes on with the same numbers.
///
/// Text: a line with the format's number, the instance, how many scans there were, the newest event's number and how many are held; then each event that is held, its
/// type in front. What cannot be read is worth nothing to anybody, so it has no errors: there is a record or there is none.
public struct JournalRecord: Sendable {
    /// Names the run of the service, as `hello` has it.
    public let instance: String
    /// How many scans there were.
    public let scans: Int64
    public let journal: EventJournal

    /// The longest record that is read: what a journal holds and something more.
    public static let maximumBytes = EventJournal.defaultByteCapacity + EventJournal.defaultCapacity * 32 + 1024
    private static let format = "scanbridge-events-1"

    public init(instance: String, scans: Int64, journal: EventJournal) {
        self.instance = instance
        self.scans = scans
        self.journal = journal
    }

    /// Reads a record; nil if it is none, or another version's.
    public init?(_ bytes: [UInt8]) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
        // It ends with a line feed: a record that was cut off is none.
        guard bytes.count <= Self.maximumBytes, lines.popLast()?.isEmpty == true, let head = lines.popFirst() else {
            return nil
        }
        let fields = String(decoding: head, as: UTF8.self).split(separator: " ")
        guard fields.count == 5, fields[0] == Self.format, let scans = Int64(fields[2]), scans >= 0,
            let last = UInt64(fields[3]), last < .max / 2, fields[4] == "\(lines.count)", last >= UInt64(lines.count),
            Self.isInstance(fields[1])
        else { return nil }
        var entries: [EventJournal.Entry] = []
        for line in lines {
            guard let space = line.firstIndex(of: UInt8(ascii: " ")) else { return nil }
            let name = String(decoding: line[..<space], as: UTF8.self)
            let text = [UInt8](line[(space + 1)...]) + [UInt8(ascii: "\n")]
            if let type = EventType(rawValue: name) {
                entries.append(EventJournal.Entry(type: type, line: text))
            } else {
                // A newer version's event: it and all before it are no longer held.
                entries = []
            }
        }
        instance = String(fields[1])
        self.scans = scans
        journal = EventJournal(last: last, entries: entries)
    }

    /// The record's text.
    public var bytes: [UInt8] {
        let held = journal.last + 1 - journal.first
        var bytes = Array("\(Self.format) \(instance) \(scans) \(journal.last) \(held)\n".utf8)
        bytes.reserveCapacity(bytes.count + journal.heldBytes + Int(held) * 16)
        guard journal.first <= journal.last else { return bytes }
        for seq in journal.first...journal.last {
            guard let entry = journal.entry(seq) else { continue }
            bytes += Array("\(entry.type.rawValue) ".utf8)
            bytes += entry.line
        }
        return bytes
    }

    private static func isInstance(_ text: Substring) -> Bool {
        text.utf8.count == 36 && text.utf8.allSatisfy { $0 == 0x2D || ($0 | 0x20).isHexadecimal }
    }
}

extension UInt8 {
    fileprivate var isHexadecimal: Bool { (0x30...0x39).contains(self) || (0x61...0x66).contains(self) }
}
