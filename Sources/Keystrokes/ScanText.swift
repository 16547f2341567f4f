/// The characters of the code that is under way.
struct ScanText {
    private(set) var bytes: [UInt8] = []
    /// It began with STX, which is no part of it; then ETX ends it.
    private(set) var isFramed = false
    private var endsWithReturn = false

    /// Not even a frame has begun.
    var isEmpty: Bool { bytes.isEmpty && !isFramed }

    static let stx: UInt32 = 2
    static let etx: UInt32 = 3

    /// Room for the codes that there are, so that a key allocates nothing.
    init() { bytes.reserveCapacity(64) }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        isFramed = false
        endsWithReturn = false
    }

    mutating func frameBegan() { isFramed = true }

    /// - Returns: False if it is no Unicode scalar value.
    mutating func append(_ character: UInt32) -> Bool {
        // Enter and Tab that end nothing are the text's own; CR LF is one line break.
        defer { endsWithReturn = character == 13 }
        if character == 10, endsWithReturn { return true }
        guard let scalar = UnicodeScalar(character == 13 ? 10 : character), let encoded = UTF8.encode(scalar) else {
            return false
        }
        bytes.append(contentsOf: encoded)
        return true
    }

    mutating func append(_ text: [UInt8]) {
        endsWithReturn = false
        bytes.append(contentsOf: text)
    }
}
