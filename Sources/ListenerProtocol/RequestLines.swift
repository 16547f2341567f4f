/// Cuts what one listener sends into lines, with a bound on what is kept.
struct RequestLines: Sendable {
    private var bytes: [UInt8] = []
    /// Where the first line that was not handed out begins.
    private var start = 0
    /// Up to here there is no line feed behind `start`.
    private var searched = 0
    private var lineEnd: Int?
    private var hasEnded = false
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    enum Line {
        case whole(ArraySlice<UInt8>)
        case tooLong
    }

    /// Whether ``next()`` has something to hand out.
    var hasNext: Bool { lineEnd != nil || isTooLong || (hasEnded && start < bytes.count) }

    /// Whether more stands before a line feed than a line may have; a CR as the last byte may yet belong to the line's end.
    private var isTooLong: Bool {
        let count = bytes.count - start
        return lineEnd == nil && count > limit && !(count == limit + 1 && bytes.last == UInt8(ascii: "\r"))
    }

    mutating func append(_ more: UnsafeRawBufferPointer) {
        if start > 0 {
            bytes.removeFirst(start)
            searched -= start
            lineEnd = lineEnd.map { $0 - start }
            start = 0
        }
        bytes.append(contentsOf: more)
        search()
    }

    /// Nothing more will come: what is left is the last line.
    mutating func end() {
        hasEnded = true
    }

    /// The next line without its end (LF or CR LF), or nil if there is none yet.
    mutating func next() -> Line? {
        guard hasNext else { return nil }
        guard !isTooLong else { return .tooLong }
        let end = lineEnd ?? bytes.count
        var line = bytes[start..<end]
        if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
        start = min(end + 1, bytes.count)
        searched = start
        lineEnd = nil
        if start == bytes.count { clear() } else { search() }
        return line.count > limit ? .tooLong : .whole(line)
    }

    /// Forgets everything, as what comes is not read any more.
    mutating func clear() {
        // A long line's memory is given back: a thousand listeners may have sent one.
        bytes.removeAll(keepingCapacity: bytes.capacity <= 1024)
        start = 0
        searched = 0
        lineEnd = nil
    }

    private mutating func search() {
        guard lineEnd == nil else { return }
        lineEnd = bytes[searched...].firstIndex(of: UInt8(ascii: "\n"))
        searched = lineEnd ?? bytes.count
    }
}
