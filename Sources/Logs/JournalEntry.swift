/// One entry in the journal's native form: `FIELD=value` and a line feed for each field, or, where the value holds a line feed,
/// the name, a line feed, the length as 64 bits with the lowest first, the value, a line feed.
struct JournalEntry {
    private(set) var bytes: [UInt8] = []

    /// journald takes no longer name.
    private static let maximumName = 64
    private static let maximumValue = 4096
    private static let maximumFields = 32

    init(_ text: LogText, priority: Int) {
        add("MESSAGE", text.message)
        add("PRIORITY", "\(priority)")
        add("SYSLOG_IDENTIFIER", "scanbridge")
        for (key, value) in text.fields.prefix(Self.maximumFields) { add(Self.name(of: key), value) }
    }

    /// The field that a key of the metadata becomes.
    static func name(of key: String) -> String {
        let name = key.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 32
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
            default: UInt8(ascii: "_")
            }
        }
        return String(decoding: ("SCANBRIDGE_".utf8 + name).prefix(maximumName), as: UTF8.self)
    }

    private mutating func add(_ name: String, _ value: String) {
        let value = value.utf8.prefix(Self.maximumValue)
        bytes += name.utf8
        if value.contains(UInt8(ascii: "\n")) {
            bytes.append(UInt8(ascii: "\n"))
            withUnsafeBytes(of: UInt64(value.count).littleEndian) { bytes += $0 }
        } else {
            bytes.append(UInt8(ascii: "="))
        }
        bytes += value
        bytes.append(UInt8(ascii: "\n"))
    }
}
